SELECT * FROM organizations WHERE id = '01a22aeb-69b7-7475-b9bb-95e894b961b8' LIMIT 1;
