export type ImageType = "image/png" | "image/jpeg" | "image/webp" | "image/gif";

/** What servers accept as one picture, before base64. */
export const maxImageBytes = 8_000_000;

/** Which picture these bytes are, by how they begin: a name can say anything. Undefined for what is none that models take. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 12)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return undefined;
}

/** The picture as an address that holds it. */
export const imageAddress = (type: ImageType, bytes: Uint8Array): string =>
  `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

const addressPattern = /^data:image\/(?:png|jpeg|webp|gif);base64,([A-Za-z0-9+/]+={0,2})$/;

/**
 * The same picture with the type that its bytes show; undefined when the address holds none. What a page sends is not
 * believed.
 */
export function checkedImageAddress(address: string): string | undefined {
  const [, base64] = addressPattern.exec(address) ?? [];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const type = imageType(bytes);
  return type === undefined || bytes.byteLength > maxImageBytes ? undefined : imageAddress(type, bytes);
}
