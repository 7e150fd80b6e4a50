import type { FromMeshView } from "../../contract/webview/mesh.ts";
import { tableColumns, tableCsv } from "../outline/table-rows.ts";
import type { MeshScene } from "./mesh-scene.ts";
import type { PageParts } from "./page-parts.ts";
import { pictureAsPng, pictureAsSvg } from "./save-picture.ts";

export interface SaveOptions {
  readonly parts: PageParts;
  readonly scene: MeshScene;
  readonly send: (message: FromMeshView) => void;
}

/** Makes a file of the picture as it is shown, or of everything there is as a table; the extension asks where it goes. */
export function saveMesh(format: "svg" | "png" | "csv", { parts, scene, send }: SaveOptions): void {
  const { graph, table, words } = parts;
  if (format === "csv") {
    const things = table.sort([...scene.graph.things.values()]);
    send({ type: "saveTable", csv: tableCsv(things, tableColumns(words)) });
    return;
  }
  const { picture } = graph;
  const content = format === "svg" ? pictureAsSvg(picture, words.words.title) : pictureAsPng(picture);
  send({ type: "savePicture", format, content });
}
