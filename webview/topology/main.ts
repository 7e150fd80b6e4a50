import "../shell/without-eval.ts";
import { type FromMeshView, meshViewStateSchema, toMeshViewSchema } from "../../contract/webview/mesh.ts";
import { EditorPort } from "../shell/editor-port.ts";
import { MeshPage } from "./mesh-page.ts";
import { firstViewState } from "./view-state.ts";

const port = new EditorPort<typeof toMeshViewSchema, FromMeshView, typeof meshViewStateSchema>({
  accepts: toMeshViewSchema,
  state: meshViewStateSchema,
});
let page: MeshPage | undefined;
port.onMessage((message) => {
  if (message.type !== "hello") {
    page?.receive(message);
    return;
  }
  page = new MeshPage({
    hello: message,
    state: port.state ?? { ...firstViewState, metric: message.metric },
    send: (answer) => port.send(answer),
    onState: (state) => {
      port.state = state;
    },
  });
  document.body.replaceChildren(page.element);
  // A canvas cannot be asked where a thing is: tests ask the page.
  Object.assign(globalThis, { meshPage: page });
});
port.send({ type: "ready" });
