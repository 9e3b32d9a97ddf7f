-- A plain write of status and error, as any client with the runner's role may send it.
update :"schema".:"table"
   set
       :"error_code" = :'code',
       :"error_message" = :'message',
       :"status" = :'label'
 where :"key" = :'id';
