// A soft edge for what was painted, inside it: the same arithmetic with which the server locks what lies outside.

/**
 * How strongly the edit shows, 0 to 255 for each pixel: nothing outside `region` (1 painted, 0 not), rising to all of it
 * over `feather` pixels inside. What is thinner than the feather keeps the whole edit; it would vanish otherwise.
 */
export function feathered(region, width, height, feather) {
  const strength = new Uint8Array(region.length);
  if (feather <= 0) {
    for (let at = 0; at < region.length; at += 1) strength[at] = region[at] * 255;
    return strength;
  }
  const whole = region.map((painted) => painted * 255);
  const near = blurred(whole, width, height, feather); // one half on a straight edge, whole `feather` pixels inside
  const core = near.map((value) => (value === 255 ? 255 : 0));
  const reached = blurred(core, width, height, feather);
  for (let at = 0; at < region.length; at += 1) {
    if (!region[at]) continue;
    const rising = Math.max(0, 2 * near[at] - 255);
    strength[at] = reached[at] > 0 ? rising : 255;
  }
  return strength;
}

/** The mean of the square around each pixel; beyond the border the border's pixels go on. */
function blurred(values, width, height, radius) {
  return turned(rows(turned(rows(values, width, height, radius), width, height), height, width, radius), height, width);
}

function rows(values, width, height, radius) {
  const out = new Uint8Array(values.length);
  const span = 2 * radius + 1;
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    const at = (x) => values[row + Math.min(width - 1, Math.max(0, x))];
    let sum = 0;
    for (let x = -radius; x <= radius; x += 1) sum += at(x);
    for (let x = 0; x < width; x += 1) {
      out[row + x] = Math.round(sum / span);
      sum += at(x + radius + 1) - at(x - radius);
    }
  }
  return out;
}

/** Rows become columns, so that one walk serves both. */
function turned(values, width, height) {
  const out = new Uint8Array(values.length);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) out[x * height + y] = values[y * width + x];
  return out;
}
