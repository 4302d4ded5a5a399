CREATE SCHEMA reference; CREATE SCHEMA marts; CREATE SCHEMA quality;
CREATE TABLE reference.scopes AS SELECT * FROM (VALUES
  ('all', 'all', 'Tous les domaines', 'All domains', 0, NULL, NULL, 'all'),
  ('family_care', 'family', 'Famille', 'Family', 10, NULL, NULL, 'all'),
  ('childcare', 'domain', 'Garde d''enfants', 'Childcare', 11, 'care', 'II-1', '0-4'),
  ('family_home', 'family', 'Vie quotidienne', 'Daily life', 20, NULL, NULL, 'all'),
  ('cleaning', 'domain', 'Ménage', 'Cleaning', 21, 'home', 'II-1', 'all'),
  ('unknown', 'unknown', 'Domaine inconnu', 'Unknown domain', 99, NULL, NULL, 'all')
) t(scope_code, scope_kind, label_fr, label_en, sort_order, family_code, legal_code, need_band);
CREATE TABLE reference.domain_scopes AS SELECT * FROM (VALUES
  ('all', 'childcare'), ('all', 'cleaning'), ('all', 'unknown'), ('family_care', 'childcare'),
  ('family_home', 'cleaning'), ('childcare', 'childcare'), ('cleaning', 'cleaning'), ('unknown', 'unknown')
) t(scope_code, domain_code);
CREATE TABLE reference.domains AS SELECT scope_code AS domain_code, label_fr, label_en, family_code
FROM reference.scopes WHERE scope_kind = 'domain';
CREATE TABLE reference.territories AS SELECT * FROM (VALUES
  ('country', 'FR', 'France', NULL, NULL, 300000, 3),
  ('region', '53', 'Bretagne', 'country', 'FR', 250000, 2),
  ('region', '11', 'Île-de-France', 'country', 'FR', 50000, 1),
  ('departement', '35', 'Ille-et-Vilaine', 'region', '53', 250000, 2),
  ('departement', '91', 'Essonne', 'region', '11', 50000, 1),
  ('commune', '35238', 'Rennes', 'departement', '35', 220000, 1),
  ('commune', '35047', 'Bruz', 'departement', '35', 30000, 1),
  ('commune', '91228', 'Évry-Courcouronnes', 'departement', '91', 50000, 1)
) t(level, code, name, parent_level, parent_code, population, communes);
CREATE TABLE quality.build AS SELECT 'x' AS build_id, DATE '2026-11-22' AS as_of, true AS is_synthetic, 2 AS synthetic_files, 3 AS files,
  CAST('{"k": 3, "fill_days": 14, "horizons_days": [3, 7, 14, 30], "freshness_days": 90, "window_months": 12, "history_months": 60, "default_reach_km": 10}' AS JSON) AS settings;
CREATE TABLE quality.files AS SELECT * FROM (VALUES
  (1, 'providers', 'providers/2026-10-20.csv', DATE '2026-10-20', 'name', 'snapshot', true, 5, 4, 1, 1, 'colour, shoe_size', 'aa', 0, 0),
  (2, 'providers', 'providers/2026-11-20.csv', DATE '2026-11-20', 'name', 'delta', true, 3, 1, 2, 2, '', 'ab', 0, 0),
  (3, 'requests', 'requests/2026-11-22.csv', DATE '2026-11-22', 'rows', 'delta', true, 1000, 1000, 0, 0, '', 'ac', 0, 0)
) t(file_id, source, file, as_of, as_of_origin, mode, is_synthetic, read_rows, accepted_rows, refused_rows, repaired_values, unknown_columns, content_hash, filtered_rows, merged_rows);
CREATE TABLE quality.file_notes AS SELECT * FROM (VALUES
  (2, 'providers', 'providers/2026-11-20.csv', 'empty_column', '{"field": "city", "column": "x"}')
) t(file_id, source, file, note_code, arguments);
CREATE TABLE quality.file_profiles AS SELECT * FROM (VALUES
  (3, '', 'rows', NULL, NULL, NULL, 1000),
  (3, 'place', 'value', 'commune', NULL, NULL, 900), (3, 'place', 'value', 'unknown', NULL, NULL, 100),
  (3, 'commune', 'value', '35238', 'Rennes', 'Rennes', 600), (3, 'commune', 'others', '2', NULL, NULL, 300),
  (3, 'domain', 'value', 'gardening', 'Light gardening', 'Petit jardinage', 990), (3, 'domain', 'value', NULL, NULL, NULL, 10),
  (3, 'status', 'value', 'filled', NULL, NULL, 700), (3, 'status', 'value', 'open', NULL, NULL, 300),
  (3, 'status', 'with filled_at', 'filled', NULL, NULL, 650), (3, 'status', 'with filled_at', 'open', NULL, NULL, 0),
  (3, 'amount_eur', 'min', '5.5', NULL, NULL, 980), (3, 'amount_eur', 'median', '40.0', NULL, NULL, 980), (3, 'amount_eur', 'max', '12500.0', NULL, NULL, 980),
  (3, 'amount_eur', 'empty', NULL, NULL, NULL, 20),
  (3, 'filled_at', 'min', '2026-01-05 09:00:00', NULL, NULL, 650), (3, 'filled_at', 'median', '2026-03-05 00:00:00', NULL, NULL, 650), (3, 'filled_at', 'max', '2026-11-22 10:30:00', NULL, NULL, 650),
  (3, 'filled_at', 'empty', NULL, NULL, NULL, 350), (3, 'filled_at', 'midnight', NULL, NULL, NULL, 12),
  (2, '', 'rows', NULL, NULL, NULL, 1)
) t(file_id, field, measure, value, label_en, label_fr, rows);
CREATE TABLE quality.refused_rows AS SELECT * FROM (VALUES
  (1, 'providers', 'providers/2026-10-20.csv', 3, 'provider_id', '', 'missing_required', NULL, '{"provider_id": "", "name": "=cmd()", "city": "Rennes"}'),
  (2, 'providers', 'providers/2026-11-20.csv', 2, 'provider_id', 'P1', 'repeated_key', '{"key": "provider_id", "first": "1"}', '{"provider_id": "P1", "name": "Anne", "city": "Bruz"}'),
  (2, 'providers', 'providers/2026-11-20.csv', 4, 'provider_id', '', 'missing_required', NULL, '{"provider_id": "", "name": "Zoé", "city": "Bruz"}'),
  (2, 'providers', 'providers/2026-11-20.csv', 4, 'reach_km', 'far', 'unreadable_number', NULL, '{"provider_id": "", "name": "Zoé", "city": "Bruz"}')
) t(file_id, source, file, line, column_name, value, reason_code, arguments, row_json);
CREATE TABLE quality.repaired_values AS SELECT * FROM (VALUES
  (1, 'providers', 'providers/2026-10-20.csv', 4, 'siret', '123', 'siret_check', NULL, '{}'),
  (2, 'providers', 'providers/2026-11-20.csv', 3, 'domains', 'gardening?', 'unknown_domain', NULL, '{}'),
  (2, 'providers', 'providers/2026-11-20.csv', 3, 'siret', '456', 'siret_check', NULL, '{}')
) t(file_id, source, file, line, column_name, value, reason_code, arguments, row_json);
ALTER TABLE quality.repaired_values DROP row_json;
CREATE TABLE quality.checks AS SELECT * FROM (VALUES
  ('every_row_is_accounted_for', 0),
  ('no_provider_counts_twice', 0)
) t(check_name, failed_rows);
CREATE TABLE marts.providers AS SELECT * FROM (VALUES
  ('P1', 'Anne Le Gall', 'individual', '35238', 'Rennes', '35', 'Ille-et-Vilaine', '53', 'commune', ['childcare'], 10.0, true, true, NULL, 15.0),
  ('P2', 'Ménage & Co', 'company', '35047', 'Bruz', '35', 'Ille-et-Vilaine', '53', 'commune', ['cleaning', 'childcare'], 20.0, true, true, NULL, 28.5),
  ('P3', 'Coop Essonne', 'cooperative', NULL, NULL, '91', 'Essonne', '11', 'departement', ['cleaning'], 10.0, false, true, NULL, NULL),
  ('P4', 'Sans domaine', 'unknown', NULL, NULL, NULL, NULL, NULL, 'unknown', CAST([] AS VARCHAR[]), 10.0, false, true, NULL, NULL),
  ('P5', 'Parti', 'association', '35238', 'Rennes', '35', 'Ille-et-Vilaine', '53', 'commune', ['cleaning'], 10.0, true, false, 'left', 25.0)
) t(provider_id, name, kind, commune_code, commune_name, departement_code, departement_name, region_code, place_precision, domain_codes, reach_km, is_reach_known, is_active, inactive_reason, price_hour_eur);
ALTER TABLE marts.providers ADD base_commune_code VARCHAR;
UPDATE marts.providers SET base_commune_code = commune_code;
CREATE TABLE marts.request_months AS SELECT * FROM (VALUES
  (DATE '2026-09-01', '35', '53', 'childcare', 14, 60, 60, 50, 30, 10, 55, 5, 3),
  (DATE '2026-10-01', '35', '53', 'childcare', 14, 40, 40, 40, 20, 8, 40, 4, 2),
  (DATE '2026-10-01', NULL, NULL, 'unknown', 14, 10, 10, 5, 1, 2, 8, 0, 0),
  (DATE '2026-09-01', '35', '53', 'childcare', 7, 60, 60, 50, 20, 10, 55, 5, 3)
) t(month, departement_code, region_code, domain_code, horizon_days, requests, mature, known, filled, unanswered, answers_known, filled_late, cancelled);
ALTER TABLE marts.request_months ADD COLUMN filled_undated BIGINT DEFAULT 0;
ALTER TABLE marts.request_months ADD COLUMN answered_late BIGINT DEFAULT 0;
ALTER TABLE marts.request_months ADD COLUMN answered_undated BIGINT DEFAULT 0;
CREATE TABLE marts.cooperatives AS SELECT * FROM (VALUES
  ('111111111', 'Coop Essonne', 'scop', ['cleaning'], '91228', '91', '11', 'commune', true),
  ('222222222', 'Coop Rennes', 'scic', CAST([] AS VARCHAR[]), NULL, '35', '53', 'departement', true)
) t(siren, name, form, domain_codes, commune_code, departement_code, region_code, place_precision, is_living);
ALTER TABLE quality.files ADD COLUMN corrects VARCHAR;
ALTER TABLE quality.files ADD COLUMN corrected_rows BIGINT DEFAULT 0;
ALTER TABLE quality.refused_rows ADD COLUMN key VARCHAR;
ALTER TABLE quality.refused_rows ADD COLUMN fields_json VARCHAR;
ALTER TABLE quality.refused_rows ADD COLUMN is_corrected BOOLEAN DEFAULT FALSE;
CREATE TABLE quality.departures (file_id INTEGER, known BIGINT, leaving BIGINT, is_mass BOOLEAN);
CREATE TABLE quality.to_correct (file_id INTEGER, columns VARCHAR[], verbs VARCHAR);
INSERT INTO quality.to_correct VALUES (1, ['provider_id', 'name', 'city'], ''), (2, ['provider_id', 'name', 'city'], '');
