SELECT * FROM billing_entities WHERE id IN ('01a22aeb-69b7-7475-b9bb-95e894b961b8') AND organization_id = '01a22aeb-69b7-7475-b9bb-95e894b961b8';
