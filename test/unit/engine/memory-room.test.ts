import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doesNotFit, freeBytes, type Occupant, place, type Room } from "../../../sidecar/engine/memory-room.ts";

const gigabyte = 1e9;
const occupant = (id: string, part: Partial<Occupant> = {}): Occupant => ({
  id,
  bytes: 2 * gigabyte,
  pendingBytes: 0,
  lastUsedAt: 0,
  isInUse: false,
  ...part,
});
/** A machine of 20 GB, of which half a gigabyte is kept for others. */
const room = (availableGigabytes: number, occupants: Occupant[] = [], limitBytes: number | null = null): Room => ({
  memory: { totalBytes: 20 * gigabyte, availableBytes: availableGigabytes * gigabyte },
  limitBytes,
  occupants,
});

describe("what a model may take", () => {
  it("is what is available, less a reserve for everything else", () => {
    expect(freeBytes(room(8))).toBe(7.5 * gigabyte);
  });

  it("is less what other loads have been promised and not taken yet", () => {
    expect(freeBytes(room(8, [occupant("loading", { bytes: 4e9, pendingBytes: 3e9 })]))).toBe(4.5 * gigabyte);
  });

  it("is within the limit for all models together", () => {
    expect(freeBytes(room(18, [occupant("a"), occupant("b")], 6e9))).toBe(2e9);
    expect(freeBytes(room(18, [occupant("a", { bytes: 7e9 })], 6e9))).toBe(0);
  });
});

describe("a model", () => {
  it("stays beside the others where there is room", () => {
    expect(place(3e9, room(8, [occupant("a")]))).toEqual({ kind: "fits" });
  });

  it("takes the place of the one that has been unused for longest", () => {
    const occupants = [occupant("newer", { lastUsedAt: 20 }), occupant("older", { lastUsedAt: 10 })];
    expect(place(3e9, room(2, occupants))).toEqual({ kind: "evict", id: "older" });
  });

  it("never takes the place of one in use, however long ago that was", () => {
    const occupants = [occupant("busy", { isInUse: true }), occupant("idle", { lastUsedAt: 99 })];
    expect(place(3e9, room(2, occupants))).toEqual({ kind: "evict", id: "idle" });
    expect(place(4e9, room(2, occupants))).toEqual({ kind: "tooLarge", freeBytes: 3.5e9, inUse: ["busy"] });
  });

  it("evicts nobody in vain: whoever does not fit even then is refused first", () => {
    expect(place(9e9, room(2, [occupant("idle")]))).toMatchObject({ kind: "tooLarge", freeBytes: 3.5e9 });
  });

  it("always comes to an end: each eviction makes the room larger, until it fits or is refused", () => {
    const some = fc.record({
      bytes: fc.integer({ min: 1, max: 9 }).map((size) => size * gigabyte),
      lastUsedAt: fc.nat(),
      isInUse: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 6 }), fc.nat({ max: 20 }), fc.nat({ max: 30 }), (parts, free, need) => {
        let here = room(
          free,
          parts.map((part, index) => occupant(`${index}`, part)),
          12e9,
        );
        const used = here.occupants.filter((each) => each.isInUse);
        for (let evictions = 0; ; evictions++) {
          const placed = place(need * gigabyte, here);
          if (placed.kind !== "evict") break;
          expect(evictions).toBeLessThan(parts.length);
          const gone = here.occupants.find((each) => each.id === placed.id);
          expect(gone?.isInUse).toBe(false);
          here = {
            ...room((here.memory.availableBytes + (gone?.bytes ?? 0)) / gigabyte, [], 12e9),
            occupants: here.occupants.filter((each) => each !== gone),
          };
        }
        expect(here.occupants.filter((each) => each.isInUse)).toEqual(used);
      }),
    );
  });
});

describe("the refusal", () => {
  const found = { model: "m", needBytes: 9.123e9, freeBytes: 4e9, contextTokens: 8192, parallel: 4, inUse: ["busy"] };

  it("says what is needed, what can be had, and which context would fit", () => {
    const error = doesNotFit({ ...found, fittingContextTokens: 2048 });
    expect(error.code).toBe("context_too_large");
    expect(`${error.message} ${error.nextStep}`).toBe(
      "'m' with 4 conversations of 8192 tokens needs about 9.12 GB of memory, and 4.00 GB can be had. " +
        "Set its contextTokens to 2048 or less, or parallel to fewer, under models.settings. In use now: busy.",
    );
  });

  it("says so when no context would", () => {
    expect(doesNotFit({ ...found, fittingContextTokens: null }).code).toBe("model_too_large");
  });
});
