#!/bin/sh
# not serializable in bank-account/read-then-write on postgres 18.4, read committed
# promise    no deposit is lost
# observed   table accounts holds (alice, 17); every serial order leaves (alice, 22)
# start      accounts {name: "alice", balance: 10}
#
# 6 steps in 2 psql windows, s1 and s2; the values are those that were sent in the recorded run.
#
# Run it:         sh THIS_FILE           (PGHOST, PGPORT, PGUSER, ... say which server, as for psql 13 or later)
# Do it by hand:  sh THIS_FILE --text    prints the steps; or read on: type the lines between <<SQL and SQL
# It makes a database of its own and drops it again. Exit code 0: as recorded; 1: something differs.

steps=6

race() {

setup schema <<'SQL'
create table accounts (name text primary key, balance integer not null);
SQL

setup 'starting rows' <<'SQL'
insert into public."accounts" ("name", "balance") overriding system value
select "name", "balance" from json_populate_recordset(null::public."accounts",
'[{"name":"alice","balance":10}]');
SQL

window s1 'deposit(5)' <<'SQL'
set default_transaction_isolation to 'read committed';
SQL

window s2 'deposit(7)' <<'SQL'
set default_transaction_isolation to 'read committed';
SQL

step 1 s1 <<'SQL'
begin;
select balance from accounts where name = 'alice';
SQL
replies 1 s1 00000 1 10

step 2 s2 <<'SQL'
begin;
select balance from accounts where name = 'alice';
SQL
replies 2 s2 00000 1 10

step 3 s1 <<'SQL'
update accounts set balance = '15' where name = 'alice';
SQL
replies 3 s1 00000 1 '1 row'

step 4 s2 <<'SQL'
update accounts set balance = '17' where name = 'alice';
SQL
waits 4 s2 s1

step 5 s1 <<'SQL'
commit;
SQL
replies 5 s1 00000 any COMMIT
returned 's1 deposit(5) returned nothing'
goes_on 4 s2
replies 4 s2 00000 1 '1 row'

step 6 s2 <<'SQL'
commit;
SQL
replies 6 s2 00000 any COMMIT
returned 's2 deposit(7) returned nothing'

tables <<'SQL'
\echo 'accounts'
select "name", "balance" from only public."accounts";
SQL
said <<'TEXT'
recorded: accounts (alice, 17)
not serializable in bank-account/read-then-write on postgres 18.4, read committed
promise    no deposit is lost
observed   table accounts holds (alice, 17); every serial order leaves (alice, 22)
start      accounts {name: "alice", balance: 10}
TEXT
}
