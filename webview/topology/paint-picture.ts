import type { MeshEdge } from "../../contract/webview/mesh-things.ts";
import { curveOutline, edgeCurve } from "./edge-curve.ts";
import { arrowOutlines, edgeLooks } from "./edge-look.ts";
import type { Box } from "./layout.ts";
import { type CardWords, cardRadius, paintCard } from "./paint-card.ts";
import type { Palette } from "./palette.ts";
import type { Surface } from "./surface.ts";
import type { VisibleGraph } from "./visible-graph.ts";

export interface Picture {
  readonly graph: VisibleGraph;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly palette: Palette;
  readonly wordsFor: (id: string) => CardWords;
  readonly labelFor: (edge: MeshEdge) => string;
}

/** The whole mesh as it is shown, for a file: the same curves, cards and marks as on the screen. */
export function paintPicture(surface: Surface, { graph, boxes, palette, wordsFor, labelFor }: Picture): void {
  for (const edge of graph.edges.values()) {
    const from = boxes.get(edge.from);
    const to = boxes.get(edge.to);
    if (from !== undefined && to !== undefined) paintEdge(surface, edge, { from, to, palette, label: labelFor(edge) });
  }
  for (const [id, visible] of graph.things) {
    const box = boxes.get(id);
    if (box === undefined) continue;
    const stroke = { color: palette.cardBorder, width: 1 };
    surface.rectangle(box, { radius: cardRadius, fill: palette.card, stroke });
    paintCard(surface, visible, box, { palette, words: wordsFor(id), zoom: 1 });
  }
}

interface EdgePainting {
  readonly from: Box;
  readonly to: Box;
  readonly palette: Palette;
  readonly label: string;
}

const labelOffset = 34;

function paintEdge(surface: Surface, { health }: MeshEdge, { from, to, palette, label }: EdgePainting): void {
  const curve = edgeCurve(from, to);
  const color = palette.health[health];
  const { dash, arrow, isHollow, width } = edgeLooks[health];
  const stroke = { color, width, ...(dash.length > 0 && { dash }) };
  surface.path(curveOutline(curve), { x: 0, y: 0, scale: 1 }, { stroke });
  const end = { x: curve.end.x, y: curve.end.y, scale: 0.9 };
  if (arrow !== "none") {
    surface.path(arrowOutlines[arrow], end, {
      fill: isHollow ? palette.background : color,
      stroke: { color, width: 1 },
    });
  }
  if (label === "" || curve.isInner) return;
  const style = { color: palette.muted, size: palette.fontSize - 2.5, align: "center" } as const;
  const place = { x: curve.end.x - labelOffset, y: curve.end.y };
  const room = { ...place, width: surface.widthOf(label, style) + 4, height: style.size + 4 };
  surface.rectangle(room, { radius: 2, fill: palette.background });
  surface.text(label, place, style);
}
