import type { FromUseWith, UseWithView, UseWithWords } from "../../contract/webview/use-with.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { icon } from "../ui/icon.ts";
import { codeWords } from "./code-words.ts";
import { textButton } from "./text-button.ts";

export interface PartContext {
  readonly words: UseWithWords;
  readonly send: (message: FromUseWith) => void;
}

const heading = (text: string): HTMLElement => element("h2", { children: [text] });
const paragraph = (text: string, className = ""): HTMLElement => element("p", { className, children: codeWords(text) });

/** The programs, the one that is shown marked. */
export function toolList(
  tools: readonly { readonly id: string; readonly label: string }[],
  current: string,
  { send }: PartContext,
): Node[] {
  const items = tools.map(({ id, label }) => {
    const button = element("button", {
      className: "tool",
      attributes: { type: "button", "data-key": id, ...(id === current ? { "aria-current": "page" } : {}) },
      children: [label],
    });
    button.addEventListener("click", () => send({ type: "chooseTool", tool: id }));
    return element("li", { children: [button] });
  });
  return [element("ul", { className: "tools", children: items })];
}

export function titlePart({ title, purpose }: Pick<UseWithView, "title" | "purpose">): Node[] {
  return [element("h1", { children: [title] }), paragraph(purpose, "purpose")];
}

export function noticePart(notice: UseWithView["notice"], { send }: PartContext): Node[] {
  if (notice === null) return [];
  const message = element("p", { children: [notice.message] });
  const { startLabel } = notice;
  const start =
    startLabel === null
      ? []
      : [textButton({ label: startLabel, key: "start", isPrimary: true, onPress: () => send({ type: "startNode" }) })];
  return [element("div", { className: "notice", attributes: { role: "status" }, children: [message, ...start] })];
}

type Facts = Pick<UseWithView, "dialect" | "address" | "models" | "model" | "warnings">;

export function factsPart(facts: Facts, { words, send }: PartContext): Node[] {
  const row = (name: string, ...children: Node[]): Node[] => [
    element("dt", { children: [name] }),
    element("dd", { children }),
  ];
  const { address, models, model, warnings } = facts;
  const rows = [
    ...row(words.dialect, element("span", { children: [facts.dialect] })),
    ...(address === null
      ? []
      : row(
          words.address,
          element("code", { children: [address] }),
          textButton({
            label: words.copy,
            key: "address",
            spoken: words.copyAddress,
            onPress: () => send({ type: "copyAddress" }),
          }),
        )),
    ...(models.length === 0 ? [] : row(words.model, modelSelect(models, model, { words, send }))),
  ];
  return [element("dl", { className: "facts", children: rows }), ...warnings.map((each) => warning(each, words))];
}

function modelSelect(models: UseWithView["models"], model: string | null, { words, send }: PartContext): Node {
  const select = element("select", { attributes: { "aria-label": words.model, "data-key": "model" } });
  for (const { name, label } of models) {
    const option = element("option", { attributes: { value: name }, children: [label] });
    option.selected = name === model;
    select.append(option);
  }
  select.addEventListener("change", () => send({ type: "chooseModel", model: select.value }));
  return select;
}

const warning = (text: string, words: UseWithWords): Node =>
  element("p", {
    className: "warning",
    children: [icon("warning"), element("span", { className: "spoken-only", children: [`${words.warning}: `] }), text],
  });

export function keyPart(key: UseWithView["key"], { words, send }: PartContext): Node[] {
  const act = (label: string, type: "createKey" | "showKey" | "hideKey" | "copyKey", isPrimary = false): Node =>
    textButton({ label, key: type, isPrimary, onPress: () => send({ type }) });
  const shown = key.shown === null ? [] : [element("code", { className: "key", children: [key.shown] })];
  const buttons = key.isOwn
    ? [
        act(words.copyKey, "copyKey"),
        key.shown === null ? act(words.showKey, "showKey") : act(words.hideKey, "hideKey"),
      ]
    : [act(words.createKey, "createKey", true)];
  return [
    heading(words.key),
    paragraph(key.message),
    ...shown,
    element("div", { className: "button-row", children: buttons }),
  ];
}

export function setUpPart(
  { steps, snippets }: Pick<UseWithView, "steps" | "snippets">,
  { words, send }: PartContext,
): Node[] {
  const items = steps.map((step) => element("li", { children: codeWords(step) }));
  const figures = snippets.map(({ file, text }, index) => {
    const name = file ?? words.inTerminal;
    const copy = textButton({
      label: words.copy,
      key: `copy ${index}`,
      spoken: fillIn(words.copyOf, name),
      isPrimary: true,
      onPress: () => send({ type: "copy", snippet: index }),
    });
    const title = element("span", { children: file === null ? [name] : [element("code", { children: [name] })] });
    const caption = element("figcaption", { children: [title, copy] });
    // It may be taller than the page, and is then moved with the keys.
    const code = element("pre", {
      attributes: { tabindex: "0", "aria-label": name, role: "region" },
      children: [text],
    });
    return element("figure", { children: [caption, code] });
  });
  return [heading(words.setUp), element("ol", { className: "steps", children: items }), ...figures];
}

export function testPart(
  { trial, canTest }: { readonly trial: UseWithView["trial"]; readonly canTest: boolean },
  { words, send }: PartContext,
): Node[] {
  const isRunning = trial.state === "running";
  const test = textButton({
    label: isRunning ? words.stopTest : words.runTest,
    key: "test",
    isPrimary: !isRunning,
    onPress: () => send({ type: isRunning ? "stopTest" : "test" }),
  });
  test.disabled = !canTest;
  return [
    heading(words.test),
    paragraph(words.testHint),
    element("div", { className: "button-row", children: [test] }),
  ];
}

/** What came of the test: read aloud when it changes. */
export function outcomePart(trial: UseWithView["trial"]): Node[] {
  if (trial.state === "none") return [];
  const message = element("p", { className: `outcome is-${trial.state}`, children: [trial.message] });
  if (trial.state === "running") return [message];
  message.prepend(icon(trial.state === "answered" ? "check" : "warning"));
  const details = trial.details.map((each) => element("li", { children: [each] }));
  return [message, element("ul", { className: "details", children: details })];
}

export const notesPart = (notes: readonly string[]): Node[] => notes.map((note) => paragraph(note, "note"));
