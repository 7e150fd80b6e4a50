import * as vscode from "vscode";
import { serverDefaults } from "../../contract/mesh/server-defaults.ts";
import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { backendsList } from "../../contract/rpc/backends.ts";
import type { CommandServices } from "../commands/command.ts";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import { addServer } from "./add-server.ts";
import { emptyDraft, keyStep, type ServerDraft } from "./add-server-steps.ts";
import { type LinkWish, readLink } from "./read-link.ts";
import { suggestName } from "./suggest-name.ts";

type ServerLink = Extract<LinkWish, { wish: "addServer" }>;

/** Links that lead into this extension. Whatever they wish for happens after a plain yes, and never by itself. */
export class LinkHandler implements vscode.UriHandler {
  readonly #services: CommandServices;
  readonly #errors: ErrorPresenter;

  constructor(services: CommandServices, errors: ErrorPresenter) {
    this.#services = services;
    this.#errors = errors;
  }

  async handleUri(uri: vscode.Uri): Promise<void> {
    try {
      await this.#follow(readLink(uri, this.#services.t));
    } catch (error) {
      void this.#errors.show(error, () => this.handleUri(uri));
    }
  }

  async #follow(wish: LinkWish): Promise<void> {
    const { topology, t } = this.#services;
    switch (wish.wish) {
      case "open":
        return topology.open();
      case "refused":
        void vscode.window.showWarningMessage(t("The link was not followed. {0}", { 0: wish.reason }));
        return;
      case "addServer":
        if (await this.#isWanted(wish)) await addServer(this.#services, await this.#draftOf(wish), keyStep);
    }
  }

  async #isWanted({ kind, url, name }: ServerLink): Promise<boolean> {
    const { t } = this.#services;
    const add = t("Continue");
    const detail = [
      t(
        "A link from outside the editor asks for this: a web page, a message or another program. Prompts of this machine could go to that server.",
      ),
      "",
      t("Kind: {0}", { 0: serverKinds[kind].label }),
      t("Address: {0}", { 0: url }),
      ...(name === undefined ? [] : [t("Called: {0}", { 0: name })]),
      "",
      t("Continue only if you know who runs it. Next you are asked for its key, and it is tried."),
    ].join("\n");
    const question = t("Add a server from a link?");
    return (await vscode.window.showWarningMessage(question, { modal: true, detail }, add)) === add;
  }

  async #draftOf({ kind, url, name }: ServerLink): Promise<ServerDraft> {
    const { backends } = await (await this.#services.supervisor.start()).request(backendsList, {});
    const taken = new Set(backends.map(({ id }) => id));
    return {
      ...emptyDraft(),
      offer: serverDefaults.findLast((offer) => offer.kind === kind),
      url,
      name: suggestName([name ?? "", new URL(url).hostname], taken),
    };
  }
}
