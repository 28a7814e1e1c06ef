/** Checks code that talks to Postgres: is it safe when two requests overlap? */
export { defineModel, isModel, operation } from './core/define-model.ts';
export type { HttpRequest, HttpResult, Clients, ClientPlace, RunningClient } from './core/clients.ts';
export { ClientExit } from './core/clients.ts';
export { http, type HttpOptions } from './source/workers/http.ts';
export { processes } from './source/workers/processes.ts';
export { several } from './source/workers/several.ts';
export type { ProgramOptions } from './source/workers/program.ts';
export type { Arbitrary } from './core/arbitrary.ts';
export type * from './core/certificate.ts';
export type * from './core/certify-limits.ts';
export type { Environment } from './core/environment.ts';
export { Fault, formatFault, type FaultKind } from './core/fault.ts';
export type * from './core/history.ts';
export type * from './core/interactions.ts';
export { isolationLevels, type IsolationLevel } from './core/isolation.ts';
export type * from './core/minimality.ts';
export type * from './core/model.ts';
export { modelId } from './core/model.ts';
export type * from './core/explanation.ts';
export type * from './core/recorded-options.ts';
export type * from './core/result.ts';
export type { Scenario } from './core/scenario.ts';
export { formatSchedule, parseSchedule, type Deviation, type Schedule } from './core/schedule.ts';
export type * from './core/state.ts';
export type { StrategyName } from './core/strategy-name.ts';
export type { OperationTallyCounts, TallyCounts } from './core/tally-counts.ts';
export type * from './core/verdict.ts';
export type { Capabilities, Database, Driver } from './driver/contract.ts';
export type { Limits } from './engine/limits.ts';
export { assertHolds, check } from './check/check.ts';
export type {
  CheckOptions,
  FastCheckParameters,
  Progress,
  PropertyOptions,
  SearchOptions,
} from './check/options.ts';
export { certificateText, readCertificate } from './certify/certificate.ts';
export { certify, type Certification } from './certify/certify.ts';
export {
  checkCertificate,
  type CertificateCheck,
  type CheckCertificateOptions,
} from './certify/check-certificate.ts';
export type { CertifyOptions } from './certify/options.ts';
export { LockstepInconclusive, LockstepViolation } from './check/errors.ts';
export { lockstepProperty, type LockstepProperty } from './check/property.ts';
export { replay, type ReplayOptions, type ReplayResult } from './check/replay.ts';
export { mergeCoverage, type CoverageParts } from './tally/merge-coverage.ts';
export { anomalies, type AnomalyCode } from './explain/anomalies.ts';
export type { Anomaly } from './explain/anomaly.ts';
export { explanationSentences } from './report/explanation-text.ts';
export { formatGithub } from './report/github.ts';
export { formatHtml } from './report/html/page.ts';
export { formatJunit } from './report/junit.ts';
export { formatMarkdown } from './report/markdown.ts';
export type { ReportOptions } from './report/options.ts';
export { toSarif } from './report/sarif.ts';
export { formatCertificate } from './report/certificate-text.ts';
export { formatCounterexample } from './report/story.ts';
export { formatSvg } from './report/svg/picture.ts';
export { formatResult } from './report/verdict-line.ts';
export { fromJson, toJson } from './report/json.ts';
