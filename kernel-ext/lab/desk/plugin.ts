// What JupyterLab gets of us: the page of lessons, "Check my work", and how figures and controls look.
import { ILayoutRestorer, type JupyterFrontEnd, type LayoutRestorer } from "@jupyterlab/application";
import { type CommandPalette, ICommandPalette, MainAreaWidget, WidgetTracker } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import { ILauncher, type Launcher } from "@jupyterlab/launcher";
import { INotebookTracker, type NotebookPanel, type NotebookTracker } from "@jupyterlab/notebook";
import { checkIcon, lessonsIcon } from "./icons.ts";
import look from "./look.css";
import { nameAll } from "./names.ts";
import { openerOf } from "./open.ts";
import { offerFitting } from "./outputs/figures.ts";
import { changeRenderers } from "./outputs/renderers.ts";
import { LessonsPage } from "./page/lessons-page.ts";
import { WorkPanel } from "./work/work-panel.ts";

const LESSONS = "gradbook:lessons";
const CHECK = "gradbook:check-my-work";
const CATEGORY = "gradbook";
/** (CSS pixels) */
const NARROW = 600;

function addLessons(app: JupyterFrontEnd, restorer: LayoutRestorer | null): void {
  const tracker = new WidgetTracker<MainAreaWidget<LessonsPage>>({ namespace: "gradbook-lessons" });
  let open: MainAreaWidget<LessonsPage> | undefined;
  const show = async (activate: boolean): Promise<void> => {
    if (!open || open.isDisposed) {
      const page = new LessonsPage(app.serviceManager.contents, openerOf(app), shortcut(app));
      open = new MainAreaWidget({ content: page });
      open.id = "gradbook-lessons";
      open.title.label = "Lessons";
      open.title.caption = "Your lessons, your points and the next step";
      open.title.icon = lessonsIcon;
      open.title.closable = true;
      app.shell.add(open, "main", { activate });
      await tracker.add(open);
    }
    if (activate) app.shell.activateById(open.id);
  };
  app.commands.addCommand(LESSONS, {
    label: "gradbook: Lessons",
    caption: "Your lessons, your points and the next step",
    icon: lessonsIcon,
    execute: ({ restoring }) => show(restoring !== true),
  });
  void restorer?.restore(tracker, { command: LESSONS, name: () => "lessons" });
  // A link to a notebook opens that notebook; everybody else begins here. What is restored has come by now.
  const isLink = /\.\w+$/.test(PageConfig.getOption("treePath"));
  void app.restored.then(() => {
    // Beside the list of files a narrow screen leaves a word's width.
    if (innerWidth < NARROW) app.shell.collapseLeft();
    if (!isLink && app.shell.isEmpty("main")) return show(true);
  });
}

/** As a user reads it: " (Ctrl Alt Enter)". */
function shortcut({ commands }: JupyterFrontEnd): string {
  const keys = commands.keyBindings.find(({ command }) => command === CHECK)?.keys[0];
  return keys ? ` (${keys.replace("Accel", /Mac/.test(navigator.platform) ? "Cmd" : "Ctrl")})` : "";
}

function addCheck(app: JupyterFrontEnd, notebooks: NotebookTracker): void {
  const panels = new Map<NotebookPanel, WorkPanel>();
  const panelOf = (notebook: NotebookPanel): WorkPanel => {
    const there = panels.get(notebook);
    if (there && !there.isDisposed) return there;
    const panel = new WorkPanel(notebook);
    panel.id = `gradbook-check-${notebook.id}`;
    panel.title.label = "Check my work";
    panel.title.icon = checkIcon;
    panel.title.closable = true;
    panel.disposed.connect(() => panels.delete(notebook));
    panels.set(notebook, panel);
    app.shell.add(panel, "down", {});
    return panel;
  };
  app.commands.addCommand(CHECK, {
    label: "Check My Work",
    caption: "Run all cells and show what passes",
    icon: checkIcon,
    isEnabled: () => notebooks.currentWidget !== null,
    execute: async () => {
      const notebook = notebooks.currentWidget;
      if (!notebook) return;
      const panel = panelOf(notebook);
      app.shell.activateById(panel.id);
      await panel.check();
    },
  });
  notebooks.currentChanged.connect(() => app.commands.notifyCommandChanged(CHECK));
}

/** JupyterLab's form of an extension; what is optional comes as null where the lab has none. */
interface Plugin {
  readonly id: string;
  readonly description: string;
  readonly autoStart: boolean;
  readonly requires: readonly unknown[];
  readonly optional: readonly unknown[];
  activate(
    app: JupyterFrontEnd,
    notebooks: NotebookTracker,
    palette: CommandPalette | null,
    launcher: Launcher | null,
    restorer: LayoutRestorer | null,
  ): void;
}

const plugin: Plugin = {
  id: "@gradbook/desk:plugin",
  description: "The page of lessons, and “Check my work”.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILauncher, ILayoutRestorer],
  activate(app, notebooks, palette, launcher, restorer) {
    document.head.append(Object.assign(document.createElement("style"), { textContent: look }));
    nameAll(document.body);
    offerFitting();
    changeRenderers(notebooks);
    addLessons(app, restorer);
    addCheck(app, notebooks);
    for (const command of [LESSONS, CHECK]) palette?.addItem({ command, category: CATEGORY });
    launcher?.add({ command: LESSONS, category: CATEGORY, rank: 0 });
  },
};
export default plugin;
