// What the desk uses of JupyterLab's and Lumino's packages, whose own types are not installed: they would bring
// hundreds of packages for these few names.

declare module "@lumino/widgets" {
  export class Widget {
    constructor(options?: { node?: HTMLElement });
    id: string;
    readonly node: HTMLElement;
    readonly isDisposed: boolean;
    readonly isVisible: boolean;
    readonly disposed: import("@lumino/signals").Signal<this, void>;
    readonly title: { label: string; caption: string; closable: boolean; icon: unknown };
    addClass(name: string): void;
    dispose(): void;
    close(): void;
    protected onAfterShow(message: object): void;
    protected onActivateRequest(message: object): void;
  }
}

declare module "@lumino/signals" {
  export interface Signal<Sender, Args> {
    connect(slot: (sender: Sender, args: Args) => void, self?: object): boolean;
    disconnect(slot: (sender: Sender, args: Args) => void, self?: object): boolean;
  }
}

declare module "@jupyterlab/application" {
  import type { Signal } from "@lumino/signals";
  import type { Widget } from "@lumino/widgets";

  export interface Command {
    label?: string;
    caption?: string;
    icon?: unknown;
    isEnabled?: () => boolean;
    execute: (args: Readonly<Record<string, unknown>>) => unknown;
  }
  export interface JupyterFrontEnd {
    readonly commands: {
      addCommand(id: string, command: Command): unknown;
      execute(id: string, args?: object): Promise<unknown>;
      notifyCommandChanged(id?: string): void;
      readonly keyBindings: readonly { readonly command: string; readonly keys: readonly string[] }[];
    };
    readonly restored: Promise<void>;
    readonly serviceManager: { readonly contents: Contents };
    readonly shell: LabShell;
  }
  export interface LabShell {
    add(widget: Widget, area: string, options?: object): void;
    activateById(id: string): void;
    collapseLeft(): void;
    isEmpty(area: string): boolean;
  }
  export interface ContentsModel {
    readonly name: string;
    readonly path: string;
    readonly type: string;
    readonly last_modified: string;
    readonly size?: number | null;
    readonly content: unknown;
  }
  export interface Contents {
    get(path: string, options: { content: boolean; type?: string; format?: string }): Promise<ContentsModel>;
    readonly fileChanged: Signal<unknown, { readonly newValue: { readonly path?: string } | null }>;
  }
  export interface LayoutRestorer {
    restore(tracker: unknown, options: { command: string; name: () => string }): Promise<unknown>;
  }
  export const ILayoutRestorer: unknown;
}

declare module "@jupyterlab/apputils" {
  import { Widget } from "@lumino/widgets";
  export const ICommandPalette: unknown;
  export interface CommandPalette {
    addItem(item: { command: string; category: string }): unknown;
  }
  export class MainAreaWidget<T extends Widget> extends Widget {
    constructor(options: { content: T });
    readonly content: T;
  }
  export class WidgetTracker<T extends Widget> {
    constructor(options: { namespace: string });
    readonly currentWidget: T | null;
    add(widget: T): Promise<void>;
  }
  export const sessionContextDialogs: unknown;
}

declare module "@jupyterlab/coreutils" {
  export const PageConfig: {
    getOption(name: string): string;
    getBaseUrl(): string;
    getUrl(options: { treePath: string }): string;
  };
}

declare module "@jupyterlab/launcher" {
  export const ILauncher: unknown;
  export interface Launcher {
    add(item: { command: string; category: string; rank?: number }): unknown;
  }
}

declare module "@jupyterlab/ui-components" {
  export class LabIcon {
    constructor(options: { name: string; svgstr: string });
  }
}

declare module "@jupyterlab/notebook" {
  import type { Signal } from "@lumino/signals";
  import type { Widget } from "@lumino/widgets";

  export const INotebookTracker: unknown;
  export interface NotebookTracker {
    readonly currentWidget: NotebookPanel | null;
    readonly currentChanged: Signal<unknown, NotebookPanel | null>;
    readonly widgetAdded: Signal<unknown, NotebookPanel>;
    forEach(see: (panel: NotebookPanel) => void): void;
  }
  export interface MimeModel {
    readonly data: Readonly<Record<string, unknown>>;
    readonly metadata: object;
    readonly trusted: boolean;
    setData(change: { readonly data: Readonly<Record<string, unknown>> }): void;
  }
  export interface Renderer extends Widget {
    renderModel(model: MimeModel): Promise<void>;
    /** Where it is a panel. */
    addWidget?(widget: Widget): void;
  }
  export interface RendererFactory {
    readonly safe: boolean;
    readonly mimeTypes: readonly string[];
    createRenderer(options: object): Renderer;
  }
  export interface RenderMime {
    getFactory(mime: string): RendererFactory | undefined;
    addFactory: (factory: RendererFactory, rank?: number) => void;
    preferredMimeType(data: MimeModel["data"], safe: "ensure" | "any"): string | undefined;
    createRenderer(mime: string): Renderer;
  }
  export interface Kernel {
    readonly status: string;
    readonly pendingInput: Signal<unknown, boolean>;
    interrupt(): Promise<void>;
    requestExecute(content: {
      readonly code: string;
      readonly silent: boolean;
      readonly store_history: boolean;
      readonly allow_stdin: boolean;
    }): { readonly done: Promise<unknown> };
  }
  export interface SessionContext {
    readonly hasNoKernel: boolean;
    readonly ready: Promise<void>;
    readonly session: { readonly kernel: Kernel | null } | null;
    readonly statusChanged: Signal<SessionContext, string>;
    readonly kernelChanged: Signal<SessionContext, unknown>;
    readonly connectionStatusChanged: Signal<SessionContext, string>;
    restartKernel(): Promise<void>;
    startKernel(): Promise<boolean>;
  }
  export interface Cell extends Widget {
    readonly model: { readonly id: string; readonly type: string; readonly executionState?: string };
    readonly inViewport: boolean;
  }
  export interface NotebookPanel extends Widget {
    readonly context: {
      readonly path: string;
      readonly ready: Promise<void>;
      readonly model: { readonly dirty: boolean; readonly readOnly: boolean };
      save(): Promise<void>;
    };
    readonly revealed: Promise<void>;
    readonly sessionContext: SessionContext;
    readonly content: Notebook;
  }
  export interface Notebook extends Widget {
    readonly model: { toJSON(): unknown } | null;
    readonly rendermime: RenderMime;
    readonly widgets: readonly Cell[];
    activeCellIndex: number;
    mode: string;
    deselectAll(): void;
    scrollToItem(index: number, align?: string): Promise<void>;
  }
  export const NotebookActions: {
    runCells(
      notebook: Notebook,
      cells: readonly Cell[],
      sessionContext: SessionContext,
      dialogs?: unknown,
    ): Promise<boolean>;
  };
}
