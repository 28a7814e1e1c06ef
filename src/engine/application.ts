/**
 * An application is what a model's `setup` started on one lane, for operations to call. Its functions are the model's, and
 * run while no execution does: nothing that they send is scheduled.
 */
import type { Environment } from '../core/environment.ts';
import { Fault } from '../core/fault.ts';
import { callbackFault } from '../core/guarded-model.ts';
import type { IsolationLevel } from '../core/isolation.ts';
import { modelId, type Model } from '../core/model.ts';
import type { DatabaseState } from '../core/state.ts';
import type { Database } from '../driver/contract.ts';
import { within } from '../driver/within.ts';
import { ApplicationHost } from './application-host.ts';
import type { Limits } from './limits.ts';
import { runHosted } from './outside.ts';
import { differenceOf } from './state-difference.ts';
import type { Tables } from './tables.ts';

/** Executions before which the tables are read after `beforeEach`; a habit of emptying tables shows in the first ones. */
const maxLooks = 20;

export interface ApplicationSite {
  readonly model: Model;
  readonly database: Database;
  readonly isolation: IsolationLevel;
  readonly limits: Limits;
}

export class Application {
  /** What `setup` returned; undefined without one. */
  readonly app: unknown;
  readonly #site: ApplicationSite;
  readonly #environment: Environment;
  /** Takes what the model's functions send on connections that they open themselves. */
  readonly #host: ApplicationHost | undefined;
  #looks = 0;

  private constructor(
    app: unknown,
    site: ApplicationSite,
    environment: Environment,
    host: ApplicationHost | undefined,
  ) {
    this.app = app;
    this.#site = site;
    this.#environment = environment;
    this.#host = host;
  }

  /** Its code changed the database while none of the model's functions was under way. */
  get goesOn(): Fault | undefined {
    const text = this.#host?.unasked;
    return text === undefined ? undefined : goesOnFault(modelId(this.#site.model), text);
  }

  /** @throws Fault `callback-fails` or `callback-endless` */
  static async start(site: ApplicationSite): Promise<Application> {
    const { database, isolation, model } = site;
    const environment: Environment = {
      DATABASE_URL: database.url,
      config: database.clientConfig({ kind: 'session', isolation }),
      isolation,
      engine: database.engine,
    };
    const { setup, beforeEach } = model;
    const host =
      setup === undefined && beforeEach === undefined
        ? undefined
        : await ApplicationHost.open(database, isolation);
    try {
      const app = setup && (await outcomeOf('`setup`', () => setup(environment), site, host));
      return new Application(app, site, environment, host);
    } catch (error) {
      await host?.close();
      throw error;
    }
  }

  /**
   * Puts it back before an execution.
   *
   * @param tables hold `from`
   * @throws Fault `callback-fails`, `callback-endless`, or `rows-changed` if the tables then hold something else
   */
  beforeEach(tables: Tables, from: DatabaseState): Promise<void> | undefined {
    const { beforeEach } = this.#site.model;
    return beforeEach && this.#putBack(beforeEach, tables, from);
  }

  async #putBack(
    beforeEach: NonNullable<Model['beforeEach']>,
    tables: Tables,
    from: DatabaseState,
  ): Promise<void> {
    const { model } = this.#site;
    await outcomeOf('`beforeEach`', () => beforeEach(this.app, this.#environment), this.#site, this.#host);
    if (this.#looks >= maxLooks) return;
    this.#looks += 1;
    tables.forget();
    const { tables: changed, sequences } = differenceOf(tables.catalog, await tables.dump(), from);
    const names = [...changed, ...sequences].map(({ name }) => name);
    if (names.length > 0) throw rowsChangedFault(modelId(model), names);
  }

  /** @throws Fault `callback-fails` or `callback-endless` */
  async stop(): Promise<void> {
    const { teardown } = this.#site.model;
    try {
      if (teardown !== undefined)
        await outcomeOf('`teardown`', () => teardown(this.app), this.#site, this.#host);
    } finally {
      await this.#host?.close();
    }
  }
}

function rowsChangedFault(of: string, names: readonly string[]): Fault {
  return new Fault(`\`beforeEach\` of ${of} changes the database`, {
    code: 'rows-changed',
    kind: 'usage',
    detail: `after it, ${names.join(', ')} did not hold what the execution was to start from`,
    hint: 'pg-lockstep puts tables and sequences back itself; make rows in `schema`, `setup` or `rows`, and reset only what the process keeps',
  });
}

function goesOnFault(of: string, text: string): Fault {
  return new Fault(`code that \`setup\` of ${of} started changes the database by itself`, {
    code: 'setup-goes-on',
    kind: 'usage',
    detail: `no function of the model was under way, and no session's code sent it: ${text}`,
    hint: 'await in `setup` whatever it starts, and start no jobs in the background; what they send is not scheduled',
  });
}

async function outcomeOf<T>(
  what: string,
  code: () => T,
  { model, limits }: Pick<ApplicationSite, 'model' | 'limits'>,
  host: ApplicationHost | undefined,
): Promise<Awaited<T>> {
  const { setupTimeoutMs } = limits;
  const of = modelId(model);
  try {
    const running = host?.run(code) ?? runHosted(undefined, async () => code());
    if (await within(setupTimeoutMs, running)) return await running;
  } catch (error) {
    throw callbackFault(of, what, error);
  }
  throw new Fault(`${what} of ${of} does not end`, {
    code: 'callback-endless',
    kind: 'usage',
    detail: `it was still running after ${setupTimeoutMs} ms (setupTimeoutMs)`,
    hint: 'raise setupTimeoutMs if it needs longer; otherwise it waits for something that never comes',
  });
}
