import type { ConnectionTest } from "../../contract/mesh/connection-test.ts";
import { programText } from "../../contract/mesh/server-program.ts";
import { milliseconds } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

/** What was found out by trying a server, as one line. */
export function testWords(test: ConnectionTest, t: Translate): string {
  const { program, models, networkMs, isLoading, streamed, remark } = test;
  const words = [
    program === null ? t("It answers.") : t("{0} answers.", { 0: plainText(programText(program)) }),
    models === 1 ? t("1 model, listed within {0}.", { 0: milliseconds(networkMs) }) : "",
    models === 1 ? "" : t("{0} models, listed within {1}.", { 0: models, 1: milliseconds(networkMs) }),
    isLoading ? t("It is still loading.") : "",
    streamed === null
      ? ""
      : t("{0} began to answer after {1}.", {
          0: plainText(streamed.model),
          1: milliseconds(streamed.firstEventMs),
        }),
    remark === null ? "" : plainText(remark, 200),
  ];
  return words.filter(Boolean).join(" ");
}
