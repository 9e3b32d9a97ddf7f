-- A plain write of the status, as any client with the runner's role may send it.
update :"schema".:"table" set :"status" = :'label' where :"key" = :'id';
