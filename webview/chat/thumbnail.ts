import { element } from "../ui/element.ts";

/** In pixels of the page's own grid; twice as many are drawn, for screens that have them. */
const size = 20;

/** A small picture. It is painted and not an `<img>`: the page's policy allows none, from anywhere. */
export function thumbnail(url: string): HTMLCanvasElement {
  const canvas = element("canvas", { className: "thumbnail", attributes: { "aria-hidden": "true" } });
  canvas.width = size * 2;
  canvas.height = size * 2;
  void paint(canvas, url);
  return canvas;
}

async function paint(canvas: HTMLCanvasElement, url: string): Promise<void> {
  try {
    const picture = await createImageBitmap(bytesOf(url));
    const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    const [x, y] = [(canvas.width - width) / 2, (canvas.height - height) / 2];
    canvas.getContext("2d")?.drawImage(picture, x, y, width, height);
    picture.close();
  } catch {
    // A picture that cannot be read stays an empty square; its chip says in words what it is.
    canvas.classList.add("is-unreadable");
  }
}

/** What is in a `data:` address. @throws when it is no base64 */
function bytesOf(url: string): Blob {
  const text = atob(url.slice(url.indexOf(",") + 1));
  return new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))]);
}
