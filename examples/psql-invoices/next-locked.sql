-- Numbers an invoice while nobody else can.
begin;
lock table invoices in exclusive mode;
\ir next.sql
commit;
