// What a page with widgets says to a kernel and hears from it.
import { expect } from "chai";
import { type Answer, type Json, Kernel, plain, type Reply } from "../kernel/client.ts";

export interface Opened {
  readonly id: string;
  readonly state: Json;
  readonly open: Reply;
}

/** The widgets of one model that a cell has opened. */
export function opened({ outputs }: Answer, model: string): Opened[] {
  return outputs
    .filter(({ type, content }) => type === "comm_open" && content.data.state._model_name === `${model}Model`)
    .map((open) => ({ id: open.content.comm_id, state: open.content.data.state, open }));
}

export class Page {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  async ran(code: string, metadata: object = {}): Promise<Answer> {
    const id = this.#kernel.start(code, {}, { metadata });
    const answer = await this.#kernel.answer(id);
    expect(answer.reply.status, plain(answer.reply.traceback ?? [])).to.equal("ok");
    return answer;
  }

  said(id: string): Json[] {
    return this.#kernel.broadcast
      .filter(({ type, content }) => type === "comm_msg" && content.comm_id === id)
      .map(({ content }) => content.data);
  }

  /** All that a widget's front ends have been told of its state. */
  stateOf(id: string): Json {
    return Object.assign({}, ...this.said(id).map(({ state }) => state));
  }

  change(comm: string, state: unknown): string {
    return this.tell(comm, { method: "update", state, buffer_paths: [] });
  }

  tell(comm: string, data: unknown, buffers: readonly Buffer[] = []): string {
    return this.#kernel.send("comm_msg", { comm_id: comm, data }, { buffers });
  }

  /** A front end changes something; returns once the kernel has done all that follows. */
  async changed(comm: string, state: unknown): Promise<Reply[]> {
    return this.followed(this.change(comm, state));
  }

  /** What has followed from a message, once all has. */
  async followed(id: string): Promise<Reply[]> {
    const idle = (): boolean =>
      this.#kernel.said(id, "status").some(({ execution_state }) => execution_state === "idle");
    await this.#kernel.until(idle, "idle", 60_000);
    return this.#kernel.broadcast.filter(({ parent }) => parent === id);
  }

  async count(): Promise<number> {
    const { reply } = await this.#kernel.request("comm_info_request", { target_name: "jupyter.widget" });
    return Object.keys(reply.comms).length;
  }
}

/** A suite's kernel, in which `code` has run, and a page that speaks to it. */
export function onPage(code: string, use: (kernel: Kernel, page: Page) => void): void {
  let kernel: Kernel | undefined;
  before(async () => {
    kernel = await Kernel.start();
    use(kernel, new Page(kernel));
    await kernel.value(code);
  });
  after(() => kernel?.stop());
}
