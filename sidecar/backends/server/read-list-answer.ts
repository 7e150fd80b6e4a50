import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { SmallAnswer } from "../http/http-target.ts";
import { isLoadingAnswer, isWebPage, pageTitle, proxyAlone, redirectProblem } from "./refusal.ts";

export interface ListQuestion {
  readonly backend: string;
  readonly origin: string;
  /** Whether the configuration names its models: it then needs no list. */
  readonly hasNames: boolean;
  /** The error of an answer that refuses. */
  readonly refused: (answer: SmallAnswer) => MeshError;
}

/**
 * What a server says when it is asked for its models: the list, that it has none, or that it will have one.
 *
 * @throws MeshError when that is no answer to this question
 */
export function readListAnswer(answer: SmallAnswer, question: ListQuestion): Buffer | "none" | "loading" {
  const { backend, origin, hasNames, refused } = question;
  const { status, body, headers } = answer;
  const hasPage = isWebPage({ contentType: headers.get("content-type") ?? null });
  if (status < 300 && !hasPage) return body;
  if (isLoadingAnswer(status, body)) return "loading";
  const redirect = redirectProblem(status, headers.get("location"), origin);
  if (redirect !== null) throw new MeshError("backend_protocol", { backend, problem: redirect });
  if (status === 503 && hasPage) throw proxyAlone(backend, status);
  const hasNone = status < 300 || status === 404 || status === 405 || status === 501 || (status === 400 && hasPage);
  if (!hasNone) throw refused(answer);
  if (hasNames) return "none";
  const problem = hasPage
    ? `there is a web page${pageTitle(body)} where the list of models should be`
    : `it has no list of models (HTTP status ${status}), and none are named in the configuration`;
  throw new MeshError("backend_protocol", { backend, problem });
}
