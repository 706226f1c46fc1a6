SELECT * FROM customers WHERE customers.deleted_at IS NULL AND organization_id = '01a22aeb-69b7-7475-b9bb-95e894b961b8' ORDER BY customers.created_at DESC, customers.id LIMIT 20;
