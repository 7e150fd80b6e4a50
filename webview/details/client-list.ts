import type { MeshDetails } from "../../contract/webview/mesh-details.ts";
import type { ThingWords } from "../topology/thing-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { plainName } from "../ui/plain-name.ts";

type Client = Extract<MeshDetails, { kind: "user" }>["clients"][number];

/** Who has asked, how often, and when last. */
export function clientList(clients: readonly Client[], { words, figures }: ThingWords): Node[] {
  const { details } = words;
  const title = element("h3", { children: [details.clients] });
  if (clients.length === 0) return [title, element("p", { className: "muted", children: [details.noRequests] })];
  const items = clients.map(({ name, requests, failures, lastAt }) => {
    const counts = fillIn(details.clientRequests, figures.number(requests), figures.number(failures));
    return element("li", {
      children: [
        element("div", {
          className: "request-head",
          children: [
            element("span", { className: "request-model", children: [plainName(name)] }),
            element("span", { className: "request-outcome", children: [figures.time(lastAt)] }),
          ],
        }),
        element("div", { className: "muted", children: [counts] }),
      ],
    });
  });
  return [title, element("ul", { className: "requests", children: items })];
}
