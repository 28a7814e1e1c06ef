-- Numbers an invoice: one more than the highest number so far.
select coalesce(max(number), 0) + 1 as next from invoices \gset
insert into invoices (number, customer) values (:next, :'customer');
