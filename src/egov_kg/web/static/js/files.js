/* Pictures as files that a reader takes away. */

const FINE = 2; // pixels of a PNG for each of its picture

/** The text of an SVG file as a file. */
export function image(svg) {
  return new Blob([svg], { type: "image/svg+xml" });
}

/** A picture as a PNG file, at twice its size in pixels. */
export async function png({ svg, width, height }) {
  const drawn = new Image(width, height);
  drawn.src = URL.createObjectURL(image(svg));
  try {
    await drawn.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: width * FINE, height: height * FINE });
    canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/png"));
  } finally {
    URL.revokeObjectURL(drawn.src);
  }
}

/** Give the reader a file under a name. */
export function give(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
