DELETE FROM schemactl.history WHERE id = :'id';
