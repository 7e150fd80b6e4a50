interface Battery extends EventTarget {
  readonly charging: boolean;
}

export interface StillnessOptions {
  /** Whether the person wants to see anything move at all. */
  readonly animates: boolean;
  readonly pausesOnBattery: boolean;
  readonly changed: () => void;
}

/** Whether things on this page may move: not when a person wants it still, cannot see it, or would pay for it with their battery. */
export class Stillness {
  readonly #changed: () => void;
  readonly #reduced = matchMedia("(prefers-reduced-motion: reduce)");
  #isOnBattery = false;
  #isPaused = false;
  readonly #animates: boolean;

  constructor({ animates, pausesOnBattery, changed }: StillnessOptions) {
    this.#animates = animates;
    this.#changed = changed;
    this.#reduced.addEventListener("change", changed);
    document.addEventListener("visibilitychange", changed);
    new MutationObserver(changed).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    if (pausesOnBattery) void this.#watchBattery();
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    this.#changed();
  }

  get isStill(): boolean {
    const isReduced = this.#reduced.matches || document.body.classList.contains("vscode-reduce-motion");
    return !this.#animates || this.#isPaused || isReduced || document.hidden || this.#isOnBattery;
  }

  /** Not every browser tells: then it is taken for a machine with a plug. */
  async #watchBattery(): Promise<void> {
    const source = navigator as Navigator & { readonly getBattery?: () => Promise<Battery> };
    const battery = await source.getBattery?.().catch(() => undefined);
    if (battery === undefined) return;
    const read = (): void => {
      this.#isOnBattery = !battery.charging;
      this.#changed();
    };
    battery.addEventListener("chargingchange", read);
    read();
  }
}
