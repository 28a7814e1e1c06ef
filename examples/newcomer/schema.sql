create table products (name text primary key, stock integer not null);
create table orders (id serial primary key, product text, quantity integer);
