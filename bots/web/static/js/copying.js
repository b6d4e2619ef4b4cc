// Copying a picture, so that it can be pasted elsewhere.

/** Puts the picture at this address on the clipboard. Resolves to a sentence for the person. */
export async function copied(address) {
  if (!navigator.clipboard?.write || typeof ClipboardItem === "undefined")
    return "This browser copies pictures only on a page with https, or on this very machine. Download it instead.";
  try {
    // The promise goes into the item: Safari asks for the clipboard while the click is still fresh.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(address) })]);
    return "Copied. Paste it where you like.";
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    return "The browser did not let the picture be copied. Download it instead.";
  }
}

/** Clipboards take PNG and nothing else. */
async function asPng(address) {
  const blob = await (await fetch(address)).blob();
  if (blob.type === "image/png") return blob;
  const bitmap = await createImageBitmap(blob);
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
