/** HTTP services: a program that listens on a port, one instance for each session. */
import { request, type IncomingMessage } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ClientExit,
  type ClientPlace,
  type Clients,
  type HttpRequest,
  type HttpResult,
  type RunningClient,
} from '../../core/clients.ts';
import { Fault } from '../../core/fault.ts';
import { within } from '../../driver/within.ts';
import { assertProgram, Program, type ProgramOptions } from './program.ts';

export interface HttpOptions extends ProgramOptions {
  /** A path that answers with a status below 500 once the service can take requests. */
  readonly ready: string;
  /** A path that gets a `POST` before each execution, to empty what the service keeps in memory. Default: none. */
  readonly reset?: string;
}

/** Between two questions whether a service is ready, in milliseconds. */
const askEveryMs = 20;
/** A connection that breaks and the end of the program that broke it are seen one after the other. */
const endMs = 200;

/**
 * Sends operations with a `request` to an HTTP service, one instance for each session. `PORT` in its environment is where
 * it is to listen (on 127.0.0.1), `DATABASE_URL` names its database. An operation returns `{ status, body }`.
 *
 * @example
 * defineModel({ clients: http({ command: ['node', 'server.js'], ready: '/health' }), operations: {
 *   deposit: operation({ arguments: [fc.nat()], request: (amount) => ({ method: 'POST', path: '/deposits', body: { amount } }) }),
 * } })
 */
export function http(options: HttpOptions): Clients {
  assertProgram(options);
  return { kind: 'http', start: (place) => HttpService.start(options, place) };
}

class HttpService implements RunningClient {
  readonly #program: Program;
  readonly #port: number;
  readonly #options: HttpOptions;

  private constructor(program: Program, port: number, options: HttpOptions) {
    this.#program = program;
    this.#port = port;
    this.#options = options;
  }

  static async start(options: HttpOptions, place: ClientPlace): Promise<HttpService> {
    const port = await freePort();
    const program = new Program(options, place, { PORT: String(port), HOST: '127.0.0.1' });
    // Nobody reads what it prints, and it must not wait for that.
    program.process.stdout?.resume();
    const service = new HttpService(program, port, options);
    await program.start(service.#isReady(), `answer at ${options.ready}`);
    return service;
  }

  async #isReady(): Promise<void> {
    for (; this.#program.isAlive; await delay(askEveryMs)) {
      const result = await this.#send({ path: this.#options.ready }).catch(() => undefined);
      if (result !== undefined && result.status < 500) return;
    }
  }

  get isAlive(): boolean {
    return this.#program.isAlive;
  }

  get lastLines(): string {
    return this.#program.lastLines;
  }

  async call(
    operation: string,
    _args: readonly unknown[],
    asked: HttpRequest | undefined,
  ): Promise<HttpResult> {
    if (asked === undefined) {
      throw new Fault(`operation ${operation} has no \`request\` for the HTTP service`, {
        code: 'bad-model',
        kind: 'usage',
        hint: 'give it `request: (...args) => ({ method, path, body })`, or `run` to run it in this process',
      });
    }
    try {
      return await this.#send(asked);
    } catch (error) {
      if (await within(endMs, this.#program.ended))
        throw new ClientExit(`the service ${await this.#program.ended}`);
      throw error;
    }
  }

  async reset(): Promise<void> {
    const { reset } = this.#options;
    if (reset !== undefined) await this.#send({ method: 'POST', path: reset });
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }

  kill(): Promise<void> {
    return this.#program.kill();
  }

  keepAlive(on: boolean): void {
    this.#program.keepAlive(on);
  }

  #send({ method, path, headers = {}, body }: HttpRequest): Promise<HttpResult> {
    const json = body !== undefined && typeof body !== 'string';
    const text = json ? JSON.stringify(body) : (body as string | undefined);
    return new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port: this.#port,
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        path,
        headers: { ...(json && { 'content-type': 'application/json' }), ...headers },
        // A connection that is kept may be closed by the service just as the next request goes out.
        agent: false,
      });
      asked.once('error', reject);
      asked.once('response', (response) => {
        resultOf(response).then(resolve, reject);
      });
      asked.end(text);
    });
  }
}

async function resultOf(response: IncomingMessage): Promise<HttpResult> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part as string;
  const status = response.statusCode ?? 0;
  try {
    return { status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  } catch {
    return { status, body: text };
  }
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
