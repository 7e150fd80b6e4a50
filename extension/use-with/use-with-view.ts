import { dialectNames } from "../../contract/use-with/dialect-name.ts";
import { fillStep } from "../../contract/use-with/fill-step.ts";
import type { OutsideTool, ToolPlace, ToolSnippet } from "../../contract/use-with/outside-tool.ts";
import { keyPlaceholder } from "../../contract/use-with/tool-key.ts";
import type { TrialView, UseWithView } from "../../contract/webview/use-with.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { type OfferedModel, offeredModels } from "../native/offered-models.ts";
import { errorWords } from "../platform/error-words.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

/** A key that was made on this page. It is in memory alone, until the window closes. */
export interface OwnKey {
  readonly name: string;
  readonly key: string;
}

/** What the page shows besides the mesh. */
export interface UseWithChoice {
  readonly tool: OutsideTool;
  /** As the person chose it; null for the first. */
  readonly model: string | null;
  readonly key: OwnKey | undefined;
  readonly shell: ToolPlace["shell"];
  readonly isKeyShown: boolean;
  readonly trial: TrialView;
}

/** The models that a program can name: virtual ones that need more than a name are the editor's alone. */
export const nameableModels = (store: MeshStore, t: Translate): readonly OfferedModel[] =>
  (offeredModels(store, t) ?? []).filter(({ strategy, privacy }) => strategy === undefined && privacy === undefined);

/** The chosen model while there is one of that name, else the first that stands for itself. */
export function chosenModel(models: readonly OfferedModel[], chosen: string | null): OfferedModel | undefined {
  return models.find(({ model }) => model === chosen) ?? models.find(({ model }) => model !== "auto") ?? models[0];
}

export function useWithView(store: MeshStore, choice: UseWithChoice, t: Translate): UseWithView {
  const { tool, key } = choice;
  const models = nameableModels(store, t);
  const model = chosenModel(models, choice.model);
  const gateway = store.status?.gateway.url;
  const address = gateway === undefined ? null : tool.address(gateway);
  const values = { address: address ?? "…", model: plainText(model?.model ?? "…", 200) };
  return {
    type: "view",
    tool: tool.id,
    title: t("Use with {0}", { 0: tool.label }),
    purpose: t(tool.purpose),
    notice: notice(store, t),
    dialect: dialectNames[tool.dialect],
    address,
    models: models.map((each) => ({ name: each.model, label: modelLabel(each, t) })),
    model: model?.model ?? null,
    warnings: model === undefined ? [] : warnings(tool, { ...model, contextTokens: knownContext(store, model) }, t),
    key: {
      message: keyMessage(key, t),
      isOwn: key !== undefined,
      shown: choice.isKeyShown && key !== undefined ? key.key : null,
    },
    steps: tool.steps.map((step) => fillStep(t(step), values)),
    snippets: toolSnippets(store, { tool, model, key: keyPlaceholder, shell: choice.shell }),
    notes: notes(store, t),
    trial: choice.trial,
  };
}

/** The context of the smallest place that has a model, in tokens; null where none tells, or the router chooses the model. */
function knownContext({ topology }: MeshStore, { model }: OfferedModel): number | null {
  const places = topology.ofKind("model").filter(({ modelId }) => modelId === model);
  const known = places.map(({ contextTokens }) => contextTokens).filter((tokens) => tokens !== null);
  return known.length === 0 ? null : Math.min(...known);
}

interface Copied extends Pick<ToolPlace, "key" | "shell"> {
  readonly tool: OutsideTool;
  readonly model: OfferedModel | undefined;
}

/** What is copied: the same texts as are shown, with the key in place of the words that stand for it. */
export function toolSnippets(store: MeshStore, { tool, model, key, shell }: Copied): ToolSnippet[] {
  const gateway = store.status?.gateway.url;
  if (gateway === undefined || model === undefined) return [];
  const place: ToolPlace = {
    gateway,
    model: model.model,
    contextTokens: knownContext(store, model),
    key,
    shell,
  };
  return tool.snippets(place).map(({ file, text }) => ({ file, text }));
}

function notice(store: MeshStore, t: Translate): UseWithView["notice"] {
  const state = store.nodeState;
  const start = t("Start Node");
  switch (state.kind) {
    case "notStarted":
    case "stopped":
      return { message: t("The node is not running: start it to see its address."), isBusy: false, startLabel: start };
    case "restricted":
      return { message: t("You have not trusted this folder."), isBusy: false, startLabel: null };
    case "starting":
      return { message: t("The node is starting…"), isBusy: true, startLabel: null };
    case "crashed":
    case "failed": {
      const { message, nextStep } = errorWords(state.error, t);
      return { message: `${message} ${nextStep}`, isBusy: false, startLabel: start };
    }
    case "ready":
      return nameableModels(store, t).length > 0
        ? null
        : {
            message: t(
              "There is no model that can chat yet. Download one, or add a model file or a server in the Mesh view.",
            ),
            isBusy: false,
            startLabel: null,
          };
  }
}

const modelLabel = ({ model, detail }: OfferedModel, t: Translate): string =>
  t("{0} ({1})", { 0: plainText(model, 80), 1: detail });

interface Ability {
  readonly contextTokens: number | null;
  readonly knowsTools: boolean;
}

function warnings({ label, needs }: OutsideTool, model: Ability, t: Translate): string[] {
  const tokens = (count: number): string => count.toLocaleString();
  const has = model.contextTokens ?? Number.POSITIVE_INFINITY;
  const values = { 0: label, 1: tokens(needs.contextTokens), 2: tokens(has) };
  return [
    ...(has >= needs.contextTokens
      ? []
      : [t("{0} needs a context of about {1} tokens; this model has {2}. Longer prompts are refused.", values)]),
    ...(!needs.tools || model.knowsTools
      ? []
      : [t("{0} works by calling functions, and this model does not say that it knows them.", { 0: label })]),
  ];
}

function keyMessage(key: OwnKey | undefined, t: Translate): string {
  return key === undefined
    ? t("What you copy has {0} in place of a key. A key of its own can be revoked without touching other programs.", {
        0: keyPlaceholder,
      })
    : t("The key {0} is put into what you copy here. It is not kept: copy it before this window closes.", {
        0: `'${key.name}'`,
      });
}

/** What would make these settings wrong tomorrow. */
function notes({ status }: MeshStore, t: Translate): string[] {
  if (status === undefined) return [];
  const { takenPort, url } = status.gateway;
  return [
    ...(takenPort === null
      ? []
      : [
          t("Port {0} belongs to another program, so the gateway is at {1} this time. Choose another port for it.", {
            0: takenPort,
            1: url,
          }),
        ]),
    ...(status.keepsServing
      ? []
      : [t("The node ends shortly after the last window. To keep it for other programs, run: {0}", { 0: serve })]),
  ];
}

const serve = "inference-mesh serve";
