/** Models see no more than this along the longer side, in pixels: what is above it costs room and shows nothing. */
const maxPixels = 1_568;
/** What one message to the extension may hold, in characters of base64. */
const maxCharacters = 11_000_000;

/**
 * A picture as a `data:` address that models take: PNG or JPEG, made smaller where it is too large.
 *
 * @throws when it cannot be read
 */
export async function shrinkImage(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, maxPixels / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("There is no canvas to draw on.");
  context.imageSmoothingQuality = "high";
  const draw = (): void => context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  draw();
  const png = file.type === "image/jpeg" ? undefined : canvas.toDataURL("image/png");
  if (png !== undefined && png.length <= maxCharacters) {
    picture.close();
    return png;
  }
  // JPEG has no transparency: without a ground it would be black.
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  draw();
  picture.close();
  return canvas.toDataURL("image/jpeg", 0.85);
}
