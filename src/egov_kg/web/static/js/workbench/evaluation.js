/* A query on its way: how long it takes, how to stop it, what came of it or why nothing did. */

import { Refusal, ask } from "./ask.js";
import { Pane } from "./pane.js";
import { Terms } from "./terms.js";
import { duration, rows, say } from "./text.js";

const TICK = 100;

export class Evaluation {
  /**
   * @param {HTMLFormElement} form with the buttons and lines that say how it goes.
   * @param {object} context `page`; `prefixes`; `options`, what the address says besides the query; `changed`, called after one of
   *   them did; `copyable`, gives the programs of a section their buttons; `mark`, marks a place of the query.
   */
  constructor(form, context) {
    this.form = form;
    this.page = context.page;
    this.mark = context.mark;
    this.button = form.querySelector("button[type=submit]");
    this.stop = form.querySelector("button.stop");
    this.status = form.querySelector(".status");
    this.clock = form.querySelector(".clock");
    this.place = document.getElementById("pane");
    this.context = {
      ...context, title: document.title, titles: this.page.titles,
      terms: new Terms({ ...this.page, prefixes: context.prefixes }), failed: (error) => this.failed(error),
    };
    this.pane = new Pane(this.place, this.context);
    this.stop.addEventListener("click", () => {
      this.controller?.abort();
      this.button.focus();
    });
  }

  /** Ask a query and show its answer; one that is still under way is stopped. */
  async run(asked) {
    this.controller?.abort();
    const controller = (this.controller = new AbortController());
    this.context.signal = controller.signal;
    this.begin(asked.parameters);
    try {
      const { endpoint, longest } = this.page;
      const answer = await ask({ ...asked, endpoint, longest, signal: controller.signal });
      document.getElementById("problem")?.remove();
      await this.pane.show(answer, asked);
      const told = answer.kind === "boolean" ? say(answer.boolean ? "yes" : "no") : rows(answer.rows.length);
      this.status.textContent = say("done", { rows: told, time: duration(answer.seconds) });
    } catch (error) {
      if (this.controller === controller) this.failed(error);
    } finally {
      if (this.controller === controller) this.end();
    }
  }

  begin(parameters) {
    const began = performance.now();
    const most = Math.min(Number(new Map(parameters).get("timeout")) || Infinity, this.page.seconds);
    const tick = () => {
      this.clock.textContent = say("clock", { seconds: (performance.now() - began) / 1000, most });
    };
    this.stop.hidden = false;
    this.place.setAttribute("aria-busy", "true");
    this.button.setAttribute("aria-disabled", "true");
    this.status.textContent = say("running");
    clearInterval(this.ticking);
    tick();
    this.ticking = setInterval(tick, TICK);
  }

  end() {
    clearInterval(this.ticking);
    this.clock.textContent = "";
    this.stop.hidden = true;
    this.place.removeAttribute("aria-busy");
    this.button.removeAttribute("aria-disabled");
    this.controller = null;
  }

  /** Say what went wrong; the query stays. */
  failed(error) {
    if (error.name === "AbortError") {
      this.status.textContent = say("stopped");
    } else if (error instanceof Refusal) {
      this.pane.clear();
      this.refused(error.document);
    } else {
      this.pane.clear();
      this.status.textContent = say("unreachable");
      console.info(error);
    }
  }

  refused(problem) {
    const { lang, place } = this.page;
    const box = document.getElementById("problem-template").content.firstElementChild.cloneNode(true);
    box.id = "problem";
    box.querySelector("h2").textContent = problem[`title_${lang}`] ?? problem.title;
    box.querySelector(".detail").textContent = problem[`detail_${lang}`] ?? problem.detail;
    const kind = String(problem.type ?? "").split("/").pop();
    const link = box.querySelector("a");
    if (/^[a-z-]+$/.test(kind)) link.href = `${place}/problem/${kind}`;
    else link.remove();
    document.getElementById("problem")?.remove();
    this.place.before(box);
    this.status.textContent = "";
    if (Number.isInteger(problem.line) && Number.isInteger(problem.column)) this.mark(problem.line, problem.column);
  }
}
