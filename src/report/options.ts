/** What the reports of several results take: each names models' files where it knows them. */
export interface ReportOptions {
  /** The file of a model (`name` or `name/variant`), for replay lines. Default: the model's name, which replay finds too. */
  readonly modelPathOf?: ((model: string) => string | undefined) | undefined;
}
