-- Up Migration
insert into greetings values ('hello');
