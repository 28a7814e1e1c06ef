/** The workflows for users, run as they are written on a project: GitHub's by a stand-in for its runner, GitLab's line by line. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainEnvironment, startProgram } from '../support/command.ts';
import { linkPackages, makeProject, type Project } from '../support/project.ts';
import { runJob, type Ran } from '../support/ci/runner.ts';
import { problemsOf, readYaml, type Workflow } from '../support/ci/workflow.ts';
import { fixture, serverOfFile } from './cli/lockstep.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = {
  action: join(root, '.github/actions/lockstep/action.yml'),
  pullRequest: join(root, 'examples/ci/github/lockstep-pull-request.yml'),
  night: join(root, 'examples/ci/github/lockstep-night.yml'),
  gitlab: join(root, 'examples/ci/gitlab/.gitlab-ci.yml'),
};
const server = serverOfFile();
const temp = mkdtempSync(join(tmpdir(), 'lockstep-ci-'));
const store = join(temp, 'store');
const bank = readFileSync(fixture('bank.ts'), 'utf8');

let project: Project;
beforeAll(() => {
  project = makeProject({
    'package.json': '{ "private": true, "type": "module" }',
    'README.md': 'a project',
    'lockstep.config.json': '{ "numRuns": 4, "maxSchedules": 20, "workers": 1 }',
    'models/bank.ts': bank,
  });
  // A program that opens issues, which only notes what it is told.
  mkdirSync(join(temp, 'bin'));
  writeFileSync(join(temp, 'bin', 'gh'), '#!/bin/sh\nprintf "%s\\n" "$@" >> "$GH_CALLS"\n', { mode: 0o755 });
});
afterAll(() => {
  project.remove();
  rmSync(temp, { recursive: true, force: true });
});

const environment = (): Readonly<Record<string, string>> => ({
  LOCKSTEP_SERVER: server.url,
  PATH: `${join(temp, 'bin')}:${process.env['PATH']}`,
  GH_CALLS: join(temp, 'gh-calls'),
});

let clones = 0;
/** The project on another machine, as it is committed now. */
function clone(): string {
  const folder = join(temp, `machine-${(clones += 1)}`);
  execFileSync('git', ['clone', '--quiet', project.folder, folder]);
  return folder;
}

test.each([
  ['action', 'action'],
  ['pullRequest', 'workflow'],
  ['night', 'workflow'],
] as const)("the %s is valid by GitHub's own schema", async (name, kind) => {
  expect(await problemsOf(files[name], kind)).toEqual([]);
});

test('the schema notices what is wrong', async () => {
  const broken = join(temp, 'broken.yml');
  const text = readFileSync(files.night, 'utf8');
  for (const [from, to] of [
    ['runs-on: ubuntu-latest', 'runs-no: ubuntu-latest'],
    ['github.run_id', 'githob.run_id'],
    ['- run: npm ci', '- runs: npm ci'],
  ] as const) {
    writeFileSync(broken, text.replace(from, to));
    expect(await problemsOf(broken, 'workflow')).not.toEqual([]);
  }
});

interface Night {
  readonly shards: readonly Ran[];
  readonly merged: Ran;
  readonly workspace: string;
  readonly findings: string;
  /** What the issue program was told; undefined: it was not called. */
  readonly issue: string | undefined;
}

async function night(runId: number, time: string): Promise<Night> {
  const { jobs } = readYaml<Workflow>(files.night);
  const github = {
    run_id: String(runId),
    token: 'secret',
    server_url: 'https://host.example',
    repository: 'some/project',
    event: {},
  };
  const inputs = { time };
  const { hunt, merge } = jobs;
  if (hunt === undefined || merge === undefined) throw new Error('a job has another name');
  const machine = (name: string) => ({
    workspace: clone(),
    temp: join(temp, `${runId}-${name}`),
    store: join(store, 'github'),
    env: environment(),
  });
  const matrix = hunt.strategy?.matrix['shard'] ?? [];
  const ran: Ran[] = [];
  const waiting = [...matrix.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, shard] = next;
      const strategy = { 'job-index': index, 'job-total': matrix.length };
      ran.push(
        await runJob(
          hunt.steps,
          { github, inputs, matrix: { shard }, strategy },
          machine(`shard-${String(shard)}`),
        ),
      );
    }
  };
  await Promise.all([work(), work()]);
  rmSync(environment()['GH_CALLS'] ?? '', { force: true });
  const last = machine('merge');
  const merged = await runJob(merge.steps, { github, inputs, needs: {} }, last);
  const calls = join(temp, 'gh-calls');
  const issue = existsSync(calls) ? readFileSync(calls, 'utf8') : undefined;
  const findings = join(store, 'github', 'artifacts', 'lockstep-findings');
  return { shards: ran, merged, workspace: last.workspace, findings, issue };
}

/** A busy machine needs longer until it comes across the race. */
async function untilFound<T>(hunt: (time: string) => Promise<T | undefined>): Promise<T> {
  for (const time of ['1s', '5s', '60s']) {
    const found = await hunt(time);
    if (found !== undefined) return found;
  }
  throw new Error('no shard has found the race');
}

const outputs = ({ steps }: Ran): string =>
  steps.map(({ name, code, output }) => `${name}: ${code}\n${output}`).join('\n');

test('GitHub, two nights: a race becomes an issue once, and the trends have both nights', async () => {
  const first = await untilFound(async (time) => {
    rmSync(store, { recursive: true, force: true });
    const ran = await night(1001, time);
    // A shard that had no time for a schedule ends with another code.
    return ran.shards.some(({ steps }) => steps.some(({ code }) => code === 1)) ? ran : undefined;
  });
  expect(first.shards).toHaveLength(4);
  expect(first.merged.failed, outputs(first.merged)).toBe(false);
  expect(first.merged.steps.map(({ name }) => name)).toEqual([
    'join the shards',
    'trends',
    'summary',
    'open an issue for new races',
  ]);
  expect(first.merged.steps[0]?.output).toContain('campaign with seed night-1001');
  expect(first.merged.steps[0]?.output).toMatch(
    /^4\/4 .* shards\/lockstep-shard-4\/reports\/fuzz\/state-4-of-4.json$/m,
  );
  expect(first.merged.steps[0]?.output).not.toContain('MISSING');
  expect(first.issue).toBe(
    'issue\ncreate\n--title\nlockstep: 1 new race\n--body-file\nreports/issue-body.md\n',
  );
  const body = readFileSync(join(first.workspace, 'reports/issue-body.md'), 'utf8');
  expect(body).toMatch(/^Found by `lockstep fuzz`, seed `night-1001`, commit `[0-9a-f]{10}`\n/);
  expect(body).toContain('lost update (P4)');
  expect(body).toContain('[this run](https://host.example/some/project/actions/runs/1001)');
  expect(readdirSync(join(first.findings, 'corpus/bank--faulty'))).toHaveLength(1);
  expect(first.merged.summary).toMatch(/^## pg-lockstep: 1 night, [^]*```mermaid\n%%/);
  expect(first.merged.summary).toContain('<strong>VIOLATED');
  for (const name of ['trends.html', 'report.html', 'junit.xml'])
    expect(existsSync(join(first.findings, 'reports', name))).toBe(true);

  const second = await night(1002, '1s');
  expect(second.merged.failed, outputs(second.merged)).toBe(false);
  expect(second.issue).toBeUndefined();
  expect(second.merged.steps.at(-1)?.output).toBe('nothing is new\n');
  expect(second.merged.summary).toMatch(/^## pg-lockstep: 2 nights, the last one on .*: no new races/);
});

async function pullRequest(base: string): Promise<Ran> {
  const { jobs } = readYaml<Workflow>(files.pullRequest);
  const github = { event: { pull_request: { base: { sha: base } } }, ref: 'refs/pull/1/merge' };
  const where = {
    workspace: clone(),
    temp: join(temp, `pull-${clones}`),
    store: join(store, 'pull'),
    env: environment(),
  };
  return runJob(jobs['check']?.steps ?? [], { github }, where);
}
const codes = ({ steps }: Ran): readonly (readonly [string, number])[] =>
  steps.map(({ name, code }) => [name, code]);

describe('a pull request', () => {
  test('that changes no model is green in seconds, without corpus and certificates', async () => {
    const base = project.git('rev-parse', 'HEAD');
    project.write('README.md', 'a changed project');
    project.commit('words');
    const ran = await pullRequest(base);
    expect(codes(ran)).toEqual([
      ['known races', 0],
      ['certificates', 0],
      ['changed models', 0],
      ['summary', 0],
    ]);
    expect(outputs(ran)).toContain('there is no corpus in corpus');
    expect(outputs(ran)).toContain('0 of 2 models changed since');
  });

  test('with a known race, an outdated certificate and a changed model: each is red, and each is said', async () => {
    const certify = ['certify', 'models', '--variant', 'mended', '--sessions', '2', '--operations', '1'];
    await startProgram([join(project.folder, 'node_modules/.bin/lockstep'), ...certify], {
      cwd: project.folder,
      env: plainEnvironment(environment()),
    }).ended;
    execFileSync('cp', ['-R', join(store, 'github/artifacts/lockstep-findings/corpus'), project.folder]);
    const base = project.commit('what the night found');
    project.write('models/bank.ts', `${bank}\n// changed\n`);
    project.commit('a change');
    const ran = await pullRequest(base);
    expect(codes(ran)).toEqual([
      ['known races', 1],
      ['certificates', 1],
      ['changed models', 1],
      ['summary', 0],
    ]);
    expect(outputs(ran)).toMatch(/^FAILS {2}\w+ {2}bank\/faulty on postgres/m);
    expect(outputs(ran)).toMatch(/^OUTDATED {2}bank\/mended/m);
    expect(outputs(ran)).toContain('2 of 2 models changed since');
    expect(outputs(ran)).toMatch(/^::error .*file=models\/bank.ts,.*lost update/m);
    expect(ran.summary).toContain('<strong>VIOLATED');
    expect(ran.summary).toMatch(
      /^## corpus\n\n~~~~~~~~text\nFAILS [^]*^## certificates\n\n~~~~~~~~text\nOUTDATED [^]*~~~~~~~~\n$/m,
    );
    expect(readFileSync(join(store, 'pull/artifacts/lockstep/reports/junit.xml'), 'utf8')).toContain(
      '<failure',
    );
  });
});

interface GitlabJob {
  readonly extends: string;
  readonly before_script?: readonly string[];
  readonly variables?: Readonly<Record<string, string | number>>;
  readonly script: readonly string[];
  readonly parallel?: number;
}

describe('GitLab', () => {
  const jobs = readYaml<Record<string, GitlabJob>>(files.gitlab);

  /** The lines of a script in one shell, as its runner has them. */
  async function run(name: string, workspace: string, variables: Readonly<Record<string, string>>) {
    const job = jobs[name];
    if (job === undefined) throw new Error(`there is no job ${name}`);
    expect(jobs[job.extends]?.before_script).toEqual(['npm ci']);
    if (!existsSync(join(workspace, 'node_modules'))) linkPackages(workspace);
    const own = Object.fromEntries(
      Object.entries(job.variables ?? {}).map(([key, value]) => [key, String(value)]),
    );
    const script = ['set -eo pipefail', ...job.script].join('\n');
    return startProgram(['bash', '-c', script], {
      cwd: workspace,
      env: plainEnvironment({ ...environment(), CI: 'true', ...own, ...variables }),
    }).ended;
  }

  test('a merge request: each of the three steps is run, and one failure is enough', async () => {
    const base = project.git('rev-parse', 'HEAD~1');
    const workspace = clone();
    const { code, stdout } = await run('lockstep', workspace, { CI_MERGE_REQUEST_DIFF_BASE_SHA: base });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILS [^]*^OUTDATED [^]*^VIOLATION /m);
    expect(readFileSync(join(workspace, 'reports/junit.xml'), 'utf8')).toContain('<failure');
  });

  test('a night: the shards share a folder, and their races are known the next time', async () => {
    expect(jobs['lockstep-night']?.parallel).toBe(4);
    const workspace = clone();
    rmSync(join(workspace, 'corpus'), { recursive: true });
    const variables = { CI_PIPELINE_ID: '7', CI_NODE_TOTAL: '2', LOCKSTEP_TIME: '1s' };
    const first = await untilFound(async (time) => {
      for (const name of ['shards', 'reports', 'known'])
        rmSync(join(workspace, name), { recursive: true, force: true });
      const ran = await Promise.all(
        ['1', '2'].map((CI_NODE_INDEX) =>
          run('lockstep-night', workspace, { ...variables, CI_NODE_INDEX, LOCKSTEP_TIME: time }),
        ),
      );
      return ran.some(({ code }) => code === 1) ? run('lockstep-merge', workspace, variables) : undefined;
    });
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain('1 race in known/corpus: 1 new');
    expect(readFileSync(join(workspace, 'reports/issue.md'), 'utf8')).toMatch(/^# 1 new race\n/);
    expect(existsSync(join(workspace, 'reports/trends.html'))).toBe(true);
    // The cache brings only the folder `known`.
    for (const name of ['shards', 'reports']) rmSync(join(workspace, name), { recursive: true });
    await run('lockstep-night', workspace, { ...variables, CI_PIPELINE_ID: '8', CI_NODE_INDEX: '1' });
    const second = await run('lockstep-merge', workspace, { ...variables, CI_PIPELINE_ID: '8' });
    expect(second.stdout).toContain('1 race in known/corpus: 0 new');
    expect(readFileSync(join(workspace, 'reports/issue.md'), 'utf8')).toBe('');
    expect(readFileSync(join(workspace, 'known/nights.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
  });
});
