-- Become a role, with the claims of a person.
select set_config('role', :'role', false), set_config('request.jwt.claims', :'claims', false);
