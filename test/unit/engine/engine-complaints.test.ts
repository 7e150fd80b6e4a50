import { describe, expect, it } from "vitest";
import { EngineComplaints } from "../../../sidecar/engine/engine-complaints.ts";
import { RecordingLog } from "../../support/recording-log.ts";

function complain(...pieces: string[]): RecordingLog {
  const log = new RecordingLog();
  const complaints = new EngineComplaints(log, "m");
  for (const piece of pieces) complaints.push(piece);
  return log;
}
const written = (log: RecordingLog): string => JSON.stringify(log.records);

describe("what an engine process complains of", () => {
  it("reaches the log line by line, however it arrives", () => {
    const log = complain("llama.cpp warn: fir", "st\nllama.cpp error: second\nGGML_ASSERT(x) fai", "led\n");
    expect(log.records.map(({ fields }) => fields.line)).toEqual([
      "llama.cpp warn: first",
      "llama.cpp error: second",
      "GGML_ASSERT(x) failed",
    ]);
  });

  it("is cut after a hundred lines, and says so once", () => {
    const log = complain("llama.cpp warn: again\n".repeat(1_000_000));
    expect(log.records).toHaveLength(101);
    expect(log.records.at(-1)?.event).toBe("engine.stderrCut");
  });

  it("costs no memory when its line never ends", () => {
    const log = complain(...Array.from({ length: 2000 }, () => "x".repeat(65_536)));
    expect(log.records).toEqual([]);
  });

  it("never quotes what was printed past llama.cpp's own log, which may be a person's request", () => {
    const log = complain('parse: error parsing grammar: expecting newline\n\n"CANARY" ::= [a\nCANARY\n');
    expect(written(log)).not.toContain("CANARY");
    expect(log.records.map(({ event }) => event)).toEqual(["engine.stderrHidden"]);
  });
});
