import type { Health } from "../../contract/mesh/health.ts";

/** The editor's colours, as what is drawn on canvases needs them: canvases know no style sheet. */
export interface Palette {
  readonly background: string;
  readonly card: string;
  readonly cardBorder: string;
  readonly text: string;
  readonly muted: string;
  readonly focus: string;
  readonly selection: string;
  readonly health: Readonly<Record<Health, string>>;
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly isHighContrast: boolean;
}

/** A colour is the first of its tokens that the theme has. The last is what a theme without any gets. */
const tokens = {
  background: ["--vscode-editor-background", "Canvas"],
  card: ["--vscode-editorWidget-background", "--vscode-sideBar-background", "Canvas"],
  cardBorder: ["--vscode-contrastBorder", "--vscode-editorWidget-border", "--vscode-widget-border", "GrayText"],
  text: ["--vscode-foreground", "CanvasText"],
  muted: ["--vscode-descriptionForeground", "--vscode-foreground", "CanvasText"],
  focus: ["--vscode-focusBorder", "Highlight"],
  selection: ["--vscode-list-activeSelectionBackground", "--vscode-editor-background", "Canvas"],
  green: ["--vscode-charts-green", "green"],
  yellow: ["--vscode-charts-yellow", "orange"],
  red: ["--vscode-charts-red", "red"],
  blue: ["--vscode-charts-blue", "blue"],
  purple: ["--vscode-charts-purple", "purple"],
  grey: ["--vscode-descriptionForeground", "GrayText"],
} as const;

/** Reads the theme that the page wears now. */
export function readPalette(page: HTMLElement): Palette {
  const style = getComputedStyle(page);
  const paint = solidPaint();
  const own = (name: keyof typeof tokens): string => {
    for (const token of tokens[name]) {
      const value = token.startsWith("--") ? style.getPropertyValue(token).trim() : token;
      if (value !== "") return value;
    }
    return "CanvasText";
  };
  const read = (name: keyof typeof tokens): string => paint(own(name), own("background"));
  return {
    background: read("background"),
    card: read("card"),
    cardBorder: read("cardBorder"),
    text: read("text"),
    muted: read("muted"),
    focus: read("focus"),
    selection: read("selection"),
    health: {
      healthy: read("green"),
      degraded: read("yellow"),
      unhealthy: read("red"),
      unknown: read("grey"),
      loading: read("blue"),
      draining: read("purple"),
      disabled: read("grey"),
    },
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize) || 13,
    isHighContrast: page.classList.contains("vscode-high-contrast"),
  };
}

/** Turns any colour, also one that lets the ground through, into the colour that is seen on that ground. */
function solidPaint(): (color: string, ground: string) => string {
  const canvas = document.createElement("canvas");
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (color, ground) => {
    if (context === null) return color;
    for (const layer of [ground, color]) {
      context.fillStyle = layer;
      context.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return `rgb(${red},${green},${blue})`;
  };
}

/** Calls back when the person chooses another theme. The editor then changes the page's classes and tokens. */
export function onThemeChange(page: Document, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(page.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  observer.observe(page.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  return () => observer.disconnect();
}
