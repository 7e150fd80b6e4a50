import type { Answer, PickQuestion, Prompts, TextQuestion } from "../../extension/servers/prompts.ts";
import type { StepPlace } from "../../extension/servers/run-steps.ts";

/** What a scripted person does at a box: types this and confirms, picks the choice of this label, goes back, or turns away. */
export type Act = string | { readonly go: "back" | "cancel" };

/** A person at the editor's boxes, played by a list. A text that is refused is not accepted: the next act is typed instead. */
export class ScriptedPrompts implements Prompts {
  /** The questions as they were asked. */
  readonly asked: { readonly title: string; readonly value?: string; readonly place: StepPlace | undefined }[] = [];
  readonly refusals: string[] = [];
  readonly #acts: Act[];

  constructor(acts: readonly Act[]) {
    this.#acts = [...acts];
  }

  async text(question: TextQuestion, place?: StepPlace): Promise<Answer<string>> {
    this.asked.push({ title: question.prompt, value: question.value, place });
    for (;;) {
      const act = this.#next();
      if (typeof act !== "string") return { outcome: act.go };
      const value = act === "" ? question.value : act;
      const remark = question.judge(value);
      if (remark?.isError !== true) return { outcome: "next", value };
      this.refusals.push(remark.text);
    }
  }

  async pick<T>(question: PickQuestion<T>, place?: StepPlace): Promise<Answer<T>> {
    this.asked.push({ title: question.placeholder, place });
    const act = this.#next();
    if (typeof act !== "string") return { outcome: act.go };
    const choice = question.choices.find(({ label }) => label === act);
    if (choice === undefined) throw new Error(`'${act}' is not offered: ${question.choices.map(({ label }) => label)}`);
    return { outcome: "next", value: choice.value };
  }

  #next(): Act {
    const act = this.#acts.shift();
    if (act === undefined) throw new Error("asked more than the test answers");
    return act;
  }
}
