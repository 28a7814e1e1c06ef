/** Whether the error is Postgres' 23505 (Django's IntegrityError, Rails' RecordNotUnique). */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '23505';
}
