-- Enable pgaudit extension
CREATE EXTENSION IF NOT EXISTS pgaudit;
