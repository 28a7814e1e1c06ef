/** Options of reports on several results: each report names the models' files that it knows. */
export interface ReportOptions {
  /** The file of a model (`name` or `name/variant`), for replay lines. Default: the model's name, which replay finds too. */
  readonly modelPathOf?: ((model: string) => string | undefined) | undefined;
}
