/**
 * Work of Node's threads that Node lists nowhere while it is under way: hashing a password, making a key.
 * Each such job calls a function of its object once, when it is done.
 */

/** By the type of the job: the function's name. */
const callbacks: Readonly<Record<string, string>> = {
  SCRYPTREQUEST: 'ondone',
  PBKDF2REQUEST: 'ondone',
  HASHREQUEST: 'ondone',
  HKDFREQUEST: 'ondone',
  DERIVEBITSREQUEST: 'ondone',
  KEYGENREQUEST: 'ondone',
  KEYPAIRGENREQUEST: 'ondone',
  CHECKPRIMEREQUEST: 'ondone',
  RANDOMPRIMEREQUEST: 'ondone',
  CIPHERREQUEST: 'ondone',
  VERIFYREQUEST: 'ondone',
};

const done: unique symbol = Symbol('done');

interface Job {
  [done]?: boolean;
}

/** To be called when the job is made, before it has its function. */
export function watchJob(type: string, resource: object): void {
  const name = callbacks[type];
  if (name === undefined) return;
  const job = resource as Job;
  let callback: unknown;
  Object.defineProperty(resource, name, {
    configurable: true,
    get: () => callback,
    set: (given: unknown) => {
      callback =
        typeof given !== 'function'
          ? given
          : function whenDone(this: unknown, ...args: unknown[]): unknown {
              job[done] = true;
              return given.apply(this, args) as unknown;
            };
    },
  });
}

/** Whether the job is still under way; undefined if it is none of these. */
export function isUnderWay(type: string, resource: object): boolean | undefined {
  return Object.hasOwn(callbacks, type) ? (resource as Job)[done] !== true : undefined;
}
