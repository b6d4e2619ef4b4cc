// Pictures that are veiled stay blurred until somebody clicks on them; what was lifted once stays lifted on this page.

const lifted = new Set();

export function isVeiled(image) {
  return Boolean(image?.veiled) && !lifted.has(image.id);
}

/** Blur this picture's element while it is veiled. */
export function veil(element, image) {
  if (!image?.veiled) return element;
  element.dataset.veil = image.id ?? "";
  element.classList.toggle("veiled", isVeiled(image));
  return element;
}

/** Lift it everywhere on the page. */
export function lift(image) {
  lifted.add(image.id);
  for (const element of document.querySelectorAll("[data-veil]"))
    if (element.dataset.veil === image.id) element.classList.remove("veiled");
}
