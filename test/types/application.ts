/** What the compiler must infer and refuse of a model's application. `npm run typecheck` compiles this file; nothing runs it. */
import { defineModel, operation, type Environment, type Model, type Session } from '../../src/index.ts';

interface Bank {
  readonly deposit: (amount: number) => Promise<{ readonly status: number; readonly token: string }>;
  readonly clear: () => void;
}

declare function startBank(url: string | undefined): Promise<Bank>;

const bank = defineModel({
  name: 'bank',
  setup: async (env) => startBank(env.DATABASE_URL),
  beforeEach: (app, env) => {
    app.clear();
    env.config satisfies Environment['config'];
    // @ts-expect-error no such function
    app.empty();
  },
  teardown: (app) => app.clear(),
  shared: (app) => ({ clear: app.clear }),
  operations: {
    deposit: {
      run: (session) => session.app.deposit(1),
      compare: (result) => result.status,
    },
    mistyped: {
      // @ts-expect-error no such function
      run: async (session) => session.app.withdraw(1),
    },
  },
});
bank satisfies Model<any, any, Bank>;
bank satisfies Model;
bank.schema satisfies string;

/** `operation` adds the types of arguments and of the compared result; it knows the application if the session is typed. */
defineModel({
  name: 'bank',
  setup: () => startBank('postgres://'),
  operations: {
    untyped: operation({ run: (session) => session.app.deposit(1), compare: (result) => result.status }),
    typed: operation({
      run: (session: Session<unknown, unknown, Bank>) => session.app.deposit(1),
      compare: (result) => result.status,
    }),
    mistyped: operation({
      // @ts-expect-error no such function
      run: async (session: Session<unknown, unknown, Bank>) => session.app.withdraw(1),
    }),
    mistypedLens: operation({
      run: (session: Session<unknown, unknown, Bank>) => session.app.deposit(1),
      // @ts-expect-error no such field
      compare: (result) => result.state,
    }),
  },
});

const other = operation({
  run: (session: Session<unknown, unknown, number>) => Promise.resolve(session.app),
});
// @ts-expect-error the operation is for another application
defineModel<unknown, unknown, Bank>({ name: 'bank', setup: () => startBank(''), operations: { other } });

/** Without `setup` nothing is known of `session.app`. */
defineModel({
  name: 'plain',
  schema: '',
  operations: { read: operation({ run: async ({ client }) => client.query('select 1') }) },
});
declare const session: Session;
session.app satisfies unknown;
// @ts-expect-error nothing is known of it
session.app.deposit(1);

declare const bare: Omit<typeof bank, 'schema'>;
// @ts-expect-error only `defineModel` fills in a schema
bare satisfies Model;
