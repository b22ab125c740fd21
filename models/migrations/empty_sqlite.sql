CREATE TABLE account (
	id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	external_id VARCHAR(80) NOT NULL, 
	person_id INTEGER NOT NULL, 
	chat VARCHAR(80) NOT NULL, 
	verified BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	recovery_hash VARCHAR(64) NOT NULL, 
	cookie_epoch INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	seen_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT fk_account_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_account_platform_external_id UNIQUE (platform, external_id)
);

CREATE TABLE acted_for (
	enrolment_id INTEGER NOT NULL, 
	actor_id INTEGER, 
	actor_name VARCHAR(60) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_acted_for PRIMARY KEY (enrolment_id), 
	CONSTRAINT fk_acted_for_actor_id FOREIGN KEY(actor_id) REFERENCES person (id), 
	CONSTRAINT fk_acted_for_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE acting_right (
	id INTEGER NOT NULL, 
	actor_id INTEGER NOT NULL, 
	subject_id INTEGER NOT NULL, 
	label VARCHAR(60) NOT NULL, 
	way VARCHAR(8) NOT NULL, 
	wording VARCHAR(16) NOT NULL, 
	given_at VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	CONSTRAINT pk_acting_right PRIMARY KEY (id), 
	CONSTRAINT fk_acting_right_actor_id FOREIGN KEY(actor_id) REFERENCES person (id), 
	CONSTRAINT fk_acting_right_subject_id FOREIGN KEY(subject_id) REFERENCES person (id)
);

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

INSERT INTO "alembic_version" VALUES('0016');

CREATE TABLE application (
	id INTEGER NOT NULL, 
	window_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	offering_id INTEGER, 
	ref VARCHAR(16) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	age_confirmed BOOLEAN NOT NULL, 
	lot INTEGER, 
	answer VARCHAR(200) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	since VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_application PRIMARY KEY (id), 
	CONSTRAINT fk_application_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_application_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT fk_application_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_application_window_id FOREIGN KEY(window_id) REFERENCES enrol_window (id), 
	CONSTRAINT uq_application_window_id_ref UNIQUE (window_id, ref)
);

CREATE TABLE application_wish (
	id INTEGER NOT NULL, 
	application_id INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	CONSTRAINT pk_application_wish PRIMARY KEY (id), 
	CONSTRAINT fk_application_wish_application_id FOREIGN KEY(application_id) REFERENCES application (id), 
	CONSTRAINT fk_application_wish_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT uq_application_wish_application_id_offering_id UNIQUE (application_id, offering_id)
);

CREATE TABLE attendance (
	id INTEGER NOT NULL, 
	session_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	way VARCHAR(16) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_attendance PRIMARY KEY (id), 
	CONSTRAINT fk_attendance_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_attendance_session_id FOREIGN KEY(session_id) REFERENCES class_session (id), 
	CONSTRAINT uq_attendance_session_id_enrolment_id_version UNIQUE (session_id, enrolment_id, version)
);

CREATE TABLE audit_entry (
	id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	actor VARCHAR(80) NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	subject VARCHAR(80) NOT NULL, 
	fields TEXT NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);

CREATE TABLE audit_text (
	id INTEGER NOT NULL, 
	entry_id INTEGER NOT NULL, 
	person_id INTEGER, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	CONSTRAINT pk_audit_text PRIMARY KEY (id), 
	CONSTRAINT fk_audit_text_entry_id FOREIGN KEY(entry_id) REFERENCES audit_entry (id)
);

CREATE TABLE "broadcast" (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	author_id INTEGER, 
	approver_id INTEGER, 
	account_id INTEGER, 
	text TEXT NOT NULL, 
	buttons TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	repeat VARCHAR(8) NOT NULL, 
	series_id INTEGER, 
	open BOOLEAN NOT NULL, 
	resolved BOOLEAN NOT NULL, 
	resolved_up_to INTEGER NOT NULL, 
	recalled_up_to BIGINT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	starts_at VARCHAR(32), 
	valid_until VARCHAR(32), 
	launched_at VARCHAR(32), 
	ended_at VARCHAR(32), 
	progress_id BIGINT, 
	progress_at FLOAT NOT NULL, 
	progress_done INTEGER NOT NULL, 
	text_en TEXT DEFAULT ('') NOT NULL, 
	counted TEXT DEFAULT '' NOT NULL, 
	urgent BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_broadcast PRIMARY KEY (id), 
	CONSTRAINT fk_broadcast_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE broadcast_file (
	broadcast_id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	mime VARCHAR(100) NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_broadcast_file PRIMARY KEY (broadcast_id), 
	CONSTRAINT fk_broadcast_file_broadcast_id FOREIGN KEY(broadcast_id) REFERENCES broadcast (id)
);

CREATE TABLE broadcast_recipient (
	id INTEGER NOT NULL, 
	broadcast_id INTEGER NOT NULL, 
	person_id INTEGER, 
	account_id INTEGER, 
	platform VARCHAR(16) NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	recall VARCHAR(8) NOT NULL, 
	not_before VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	tapped_at VARCHAR(32), 
	CONSTRAINT pk_broadcast_recipient PRIMARY KEY (id)
);

CREATE TABLE broadcast_rule (
	unit_id INTEGER NOT NULL, 
	approve_above INTEGER, 
	weekly_cap INTEGER, 
	CONSTRAINT pk_broadcast_rule PRIMARY KEY (unit_id), 
	CONSTRAINT fk_broadcast_rule_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE calendar_feed (
	person_id INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_calendar_feed PRIMARY KEY (person_id), 
	CONSTRAINT fk_calendar_feed_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_calendar_feed_secret_hash UNIQUE (secret_hash)
);

CREATE TABLE campaign (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	author_id INTEGER, 
	approver_id INTEGER, 
	theme VARCHAR(80) NOT NULL, 
	opens_on DATE NOT NULL, 
	closes_on DATE NOT NULL, 
	"plan" TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	joined_up_to INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	started_at VARCHAR(32), 
	ended_at VARCHAR(32), 
	CONSTRAINT pk_campaign PRIMARY KEY (id), 
	CONSTRAINT fk_campaign_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE campaign_message (
	campaign_id INTEGER NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	outcome VARCHAR(8) NOT NULL, 
	broadcast_id INTEGER, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_campaign_message PRIMARY KEY (campaign_id, "key"), 
	CONSTRAINT fk_campaign_message_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);

CREATE TABLE catalogue_change (
	number INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_catalogue_change PRIMARY KEY (number)
);

CREATE TABLE check_in_try (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_check_in_try PRIMARY KEY (id), 
	CONSTRAINT fk_check_in_try_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE class_minimum (
	offering_id INTEGER NOT NULL, 
	min_enrolled INTEGER NOT NULL, 
	decide_by DATE NOT NULL, 
	decision VARCHAR(16) NOT NULL, 
	asked_at VARCHAR(32), 
	decided_at VARCHAR(32), 
	CONSTRAINT pk_class_minimum PRIMARY KEY (offering_id), 
	CONSTRAINT fk_class_minimum_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id)
);

CREATE TABLE class_session (
	id INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	starts_at VARCHAR(32) NOT NULL, 
	ends_at VARCHAR(32) NOT NULL, 
	venue_id INTEGER, 
	state VARCHAR(16) NOT NULL, 
	sequence INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_class_session PRIMARY KEY (id), 
	CONSTRAINT fk_class_session_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT fk_class_session_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id), 
	CONSTRAINT uq_class_session_offering_id_number UNIQUE (offering_id, number)
);

CREATE TABLE code_try (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_code_try PRIMARY KEY (id), 
	CONSTRAINT fk_code_try_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE consent (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	purpose VARCHAR(24) NOT NULL, 
	wording VARCHAR(16) NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	given_at VARCHAR(32) NOT NULL, 
	withdrawn_at VARCHAR(32), 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT fk_consent_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE conversation (
	account_id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_conversation PRIMARY KEY (account_id), 
	CONSTRAINT fk_conversation_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE counter (
	name VARCHAR(40) NOT NULL, 
	value INTEGER NOT NULL, 
	CONSTRAINT pk_counter PRIMARY KEY (name)
);

CREATE TABLE course (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	category VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_course PRIMARY KEY (id), 
	CONSTRAINT fk_course_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id), 
	CONSTRAINT uq_course_unit_id_title_category UNIQUE (unit_id, title, category)
);

CREATE TABLE credit_entry (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	hundredths INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_credit_entry PRIMARY KEY (id), 
	CONSTRAINT fk_credit_entry_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE demand (
	week DATE NOT NULL, 
	topic VARCHAR(80) NOT NULL, 
	place VARCHAR(24) NOT NULL, 
	days VARCHAR(8) NOT NULL, 
	part VARCHAR(10) NOT NULL, 
	times INTEGER NOT NULL, 
	CONSTRAINT pk_demand PRIMARY KEY (week, topic, place, days, part)
);

CREATE TABLE dependent (
	person_id INTEGER NOT NULL, 
	keeper_id INTEGER, 
	kind VARCHAR(8) NOT NULL, 
	label VARCHAR(60) NOT NULL, 
	age_band VARCHAR(8) NOT NULL, 
	unit_id INTEGER, 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_dependent PRIMARY KEY (person_id), 
	CONSTRAINT fk_dependent_keeper_id FOREIGN KEY(keeper_id) REFERENCES person (id), 
	CONSTRAINT fk_dependent_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_dependent_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE draw (
	window_id INTEGER NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	secret VARCHAR(64) NOT NULL, 
	commitment VARCHAR(64) NOT NULL, 
	committed_at VARCHAR(32) NOT NULL, 
	listing TEXT NOT NULL, 
	list_hash VARCHAR(64) NOT NULL, 
	listed_at VARCHAR(32), 
	public VARCHAR(200) NOT NULL, 
	drawn_at VARCHAR(32), 
	result TEXT NOT NULL, 
	told INTEGER NOT NULL, 
	published_at VARCHAR(32), 
	CONSTRAINT pk_draw PRIMARY KEY (window_id), 
	CONSTRAINT fk_draw_window_id FOREIGN KEY(window_id) REFERENCES enrol_window (id)
);

CREATE TABLE earlier_winner (
	unit_id INTEGER NOT NULL, 
	award VARCHAR(8) NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	year INTEGER NOT NULL, 
	CONSTRAINT pk_earlier_winner PRIMARY KEY (unit_id, award, "key"), 
	CONSTRAINT fk_earlier_winner_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE enrol_window (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	mode VARCHAR(8) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	opens_at VARCHAR(32), 
	closes_at VARCHAR(32), 
	draws_at VARCHAR(32), 
	most INTEGER NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_enrol_window PRIMARY KEY (id), 
	CONSTRAINT fk_enrol_window_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE "enrolment" (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	age_confirmed BOOLEAN NOT NULL, 
	remind BOOLEAN NOT NULL, 
	ended VARCHAR(16) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	since VARCHAR(32) NOT NULL, 
	remind_only VARCHAR(8) DEFAULT ('') NOT NULL, 
	number INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_enrolment PRIMARY KEY (id), 
	CONSTRAINT fk_enrolment_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_enrolment_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT fk_enrolment_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE excuse (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	session_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_excuse PRIMARY KEY (id), 
	CONSTRAINT fk_excuse_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_excuse_session_id FOREIGN KEY(session_id) REFERENCES class_session (id), 
	CONSTRAINT uq_excuse_enrolment_id_session_id UNIQUE (enrolment_id, session_id)
);

CREATE TABLE favourite (
	person_id INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_favourite PRIMARY KEY (person_id, offering_id), 
	CONSTRAINT fk_favourite_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT fk_favourite_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE fee_entry (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	fen INTEGER NOT NULL, 
	reason VARCHAR(80) NOT NULL, 
	source VARCHAR(40) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_fee_entry PRIMARY KEY (id), 
	CONSTRAINT fk_fee_entry_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id)
);

CREATE TABLE fee_rule (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	percent INTEGER NOT NULL, 
	CONSTRAINT pk_fee_rule PRIMARY KEY (id), 
	CONSTRAINT fk_fee_rule_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id), 
	CONSTRAINT uq_fee_rule_unit_id_kind_name UNIQUE (unit_id, kind, name)
);

CREATE TABLE help_message (
	id INTEGER NOT NULL, 
	thread_id INTEGER NOT NULL, 
	answered_by INTEGER, 
	text TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_help_message PRIMARY KEY (id), 
	CONSTRAINT fk_help_message_answered_by FOREIGN KEY(answered_by) REFERENCES person (id), 
	CONSTRAINT fk_help_message_thread_id FOREIGN KEY(thread_id) REFERENCES help_thread (id)
);

CREATE TABLE help_thread (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	broadcast_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	opened_at VARCHAR(32) NOT NULL, 
	updated_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_help_thread PRIMARY KEY (id), 
	CONSTRAINT fk_help_thread_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_help_thread_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE hour_entry (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	session_id INTEGER NOT NULL, 
	hundredths INTEGER NOT NULL, 
	reason VARCHAR(16) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_hour_entry PRIMARY KEY (id), 
	CONSTRAINT fk_hour_entry_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_hour_entry_session_id FOREIGN KEY(session_id) REFERENCES class_session (id)
);

CREATE TABLE import_batch (
	id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	"by" VARCHAR NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	"before" TEXT NOT NULL, 
	undone_at VARCHAR(32), 
	CONSTRAINT pk_import_batch PRIMARY KEY (id)
);

CREATE TABLE invitation (
	id INTEGER NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	unit_id INTEGER NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	made_by VARCHAR(80) NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	revoked_at VARCHAR(32), 
	used_at VARCHAR(32), 
	person_id INTEGER, 
	CONSTRAINT pk_invitation PRIMARY KEY (id), 
	CONSTRAINT fk_invitation_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_invitation_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id), 
	CONSTRAINT uq_invitation_token_hash UNIQUE (token_hash)
);

CREATE TABLE later_stratum (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	term VARCHAR(16) NOT NULL, 
	until VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	appeal VARCHAR(200) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	changed_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_later_stratum PRIMARY KEY (id), 
	CONSTRAINT fk_later_stratum_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_later_stratum_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id), 
	CONSTRAINT uq_later_stratum_person_id_term UNIQUE (person_id, term)
);

CREATE TABLE learning_rule (
	unit_id INTEGER NOT NULL, 
	minutes_per_hour INTEGER NOT NULL, 
	hours_per_credit INTEGER NOT NULL, 
	credit_step INTEGER NOT NULL, 
	late_percent INTEGER NOT NULL, 
	CONSTRAINT pk_learning_rule PRIMARY KEY (unit_id), 
	CONSTRAINT fk_learning_rule_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id)
);

CREATE TABLE lease (
	name VARCHAR(40) NOT NULL, 
	holder VARCHAR(80) NOT NULL, 
	epoch INTEGER NOT NULL, 
	until FLOAT NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (name)
);

CREATE TABLE link_code (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	used_at VARCHAR(32), 
	CONSTRAINT pk_link_code PRIMARY KEY (id), 
	CONSTRAINT fk_link_code_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE nomination (
	id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	award VARCHAR(8) NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	story TEXT NOT NULL, 
	proposer_id INTEGER, 
	nominee_id INTEGER, 
	code VARCHAR(16) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	agreed_at VARCHAR(32), 
	CONSTRAINT pk_nomination PRIMARY KEY (id), 
	CONSTRAINT fk_nomination_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT uq_nomination_code UNIQUE (code)
);

CREATE TABLE occurrence (
	id INTEGER NOT NULL, 
	schedule VARCHAR(24) NOT NULL, 
	subject VARCHAR(80) NOT NULL, 
	outcome VARCHAR(16) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_occurrence PRIMARY KEY (id), 
	CONSTRAINT uq_occurrence_schedule_subject UNIQUE (schedule, subject)
);

CREATE TABLE offering (
	id INTEGER NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	link_key VARCHAR(60) NOT NULL, 
	course_id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	venue_id INTEGER, 
	form VARCHAR(16) NOT NULL, 
	description TEXT NOT NULL, 
	teacher VARCHAR NOT NULL, 
	audience VARCHAR NOT NULL, 
	online BOOLEAN NOT NULL, 
	slots TEXT NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	skips TEXT NOT NULL, 
	first_start VARCHAR(32) NOT NULL, 
	last_end VARCHAR(32) NOT NULL, 
	capacity INTEGER, 
	taken INTEGER NOT NULL, 
	fee_fen INTEGER, 
	min_age INTEGER, 
	max_age INTEGER, 
	enrol_opens VARCHAR(32), 
	enrol_closes VARCHAR(32) NOT NULL, 
	hours FLOAT, 
	status VARCHAR(16) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_offering PRIMARY KEY (id), 
	CONSTRAINT ck_offering_taken_within_capacity CHECK (capacity IS NULL OR taken <= capacity), 
	CONSTRAINT ck_offering_taken_not_negative CHECK (taken >= 0), 
	CONSTRAINT fk_offering_course_id FOREIGN KEY(course_id) REFERENCES course (id), 
	CONSTRAINT fk_offering_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id), 
	CONSTRAINT fk_offering_venue_id FOREIGN KEY(venue_id) REFERENCES venue (id), 
	CONSTRAINT uq_offering_code UNIQUE (code), 
	CONSTRAINT uq_offering_link_key UNIQUE (link_key)
);

CREATE TABLE opt_out (
	person_id INTEGER NOT NULL, 
	purpose VARCHAR(24) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_opt_out PRIMARY KEY (person_id, purpose), 
	CONSTRAINT fk_opt_out_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE org_unit (
	id INTEGER NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	level VARCHAR(16) NOT NULL, 
	parent_id INTEGER, 
	path VARCHAR(255) NOT NULL, 
	phone VARCHAR NOT NULL, 
	desk_hours VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	latitude FLOAT, 
	longitude FLOAT, 
	CONSTRAINT pk_org_unit PRIMARY KEY (id), 
	CONSTRAINT fk_org_unit_parent_id FOREIGN KEY(parent_id) REFERENCES org_unit (id), 
	CONSTRAINT uq_org_unit_code UNIQUE (code)
);

INSERT INTO "org_unit" VALUES(1,'root','社区教育','root',NULL,'/1/','','','',NULL,NULL);

CREATE TABLE "outgoing" (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	chat VARCHAR(80) NOT NULL, 
	lane VARCHAR(8) NOT NULL, 
	purpose VARCHAR(24) NOT NULL, 
	payload TEXT NOT NULL, 
	document BLOB, 
	edit_of VARCHAR(40) NOT NULL, 
	silent BOOLEAN NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	attempts INTEGER NOT NULL, 
	lease_until FLOAT NOT NULL, 
	not_before VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	offer_id INTEGER, 
	session_id INTEGER, 
	enrolment_id INTEGER, 
	platform_message_id VARCHAR(40) NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	parts INTEGER DEFAULT 0 NOT NULL, 
	secret BOOLEAN DEFAULT 0 NOT NULL, 
	recipient_id BIGINT, 
	learner_id INTEGER, 
	urgent BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_outgoing PRIMARY KEY (id), 
	CONSTRAINT fk_outgoing_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE person (
	id INTEGER NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	lang VARCHAR(8) NOT NULL, 
	big BOOLEAN NOT NULL, 
	quiet_from INTEGER, 
	quiet_to INTEGER, 
	remind_evening BOOLEAN NOT NULL, 
	remind_hour BOOLEAN NOT NULL, 
	weekly BOOLEAN NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	forget_at VARCHAR(32), 
	CONSTRAINT pk_person PRIMARY KEY (id)
);

CREATE TABLE person_group (
	person_id INTEGER NOT NULL, 
	code VARCHAR(24) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_person_group PRIMARY KEY (person_id, code), 
	CONSTRAINT fk_person_group_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE received_update (
	platform VARCHAR(16) NOT NULL, 
	bot VARCHAR(80) NOT NULL, 
	update_id BIGINT NOT NULL, 
	outcome VARCHAR(8) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_received_update PRIMARY KEY (platform, bot, update_id)
);

CREATE TABLE role_grant (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	granted_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_role_grant PRIMARY KEY (id), 
	CONSTRAINT fk_role_grant_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_role_grant_unit_id FOREIGN KEY(unit_id) REFERENCES org_unit (id), 
	CONSTRAINT uq_role_grant_person_id_unit_id_role UNIQUE (person_id, unit_id, role)
);

CREATE TABLE roll_call (
	session_id INTEGER NOT NULL, 
	closed_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_roll_call PRIMARY KEY (session_id), 
	CONSTRAINT fk_roll_call_session_id FOREIGN KEY(session_id) REFERENCES class_session (id)
);

CREATE TABLE seat_group (
	id INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	team_id INTEGER, 
	created_at VARCHAR(32) NOT NULL, 
	told_at VARCHAR(32), 
	CONSTRAINT pk_seat_group PRIMARY KEY (id), 
	CONSTRAINT fk_seat_group_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT fk_seat_group_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE TABLE seat_group_member (
	enrolment_id INTEGER NOT NULL, 
	group_id INTEGER NOT NULL, 
	CONSTRAINT pk_seat_group_member PRIMARY KEY (enrolment_id), 
	CONSTRAINT fk_seat_group_member_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_seat_group_member_group_id FOREIGN KEY(group_id) REFERENCES seat_group (id)
);

CREATE TABLE seat_offer (
	id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	expires_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_seat_offer PRIMARY KEY (id), 
	CONSTRAINT fk_seat_offer_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_seat_offer_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id)
);

CREATE TABLE setting (
	"key" VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);

CREATE TABLE sheet_draft (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	content BLOB NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_sheet_draft PRIMARY KEY (id), 
	CONSTRAINT fk_sheet_draft_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE standing (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	area VARCHAR(40) NOT NULL, 
	said_by VARCHAR(80) NOT NULL, 
	until VARCHAR(32), 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_standing PRIMARY KEY (id), 
	CONSTRAINT fk_standing_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_standing_person_id_kind_area UNIQUE (person_id, kind, area)
);

CREATE TABLE survey (
	id INTEGER NOT NULL, 
	offering_id INTEGER NOT NULL, 
	enrolment_id INTEGER NOT NULL, 
	score INTEGER, 
	words TEXT NOT NULL, 
	asked_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_survey PRIMARY KEY (id), 
	CONSTRAINT fk_survey_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_survey_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT uq_survey_enrolment_id UNIQUE (enrolment_id)
);

CREATE TABLE team (
	id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	code VARCHAR(12) NOT NULL, 
	lead_id INTEGER, 
	created_at VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	CONSTRAINT pk_team PRIMARY KEY (id), 
	CONSTRAINT fk_team_lead_id FOREIGN KEY(lead_id) REFERENCES person (id), 
	CONSTRAINT uq_team_code UNIQUE (code)
);

CREATE TABLE team_meeting (
	id INTEGER NOT NULL, 
	team_id INTEGER NOT NULL, 
	starts_at VARCHAR(32) NOT NULL, 
	what VARCHAR(120) NOT NULL, 
	made_at VARCHAR(32) NOT NULL, 
	cancelled_at VARCHAR(32), 
	CONSTRAINT pk_team_meeting PRIMARY KEY (id), 
	CONSTRAINT fk_team_meeting_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE TABLE team_member (
	id INTEGER NOT NULL, 
	team_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	joined_at VARCHAR(32) NOT NULL, 
	left_at VARCHAR(32), 
	CONSTRAINT pk_team_member PRIMARY KEY (id), 
	CONSTRAINT fk_team_member_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_team_member_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE TABLE transfer (
	id INTEGER NOT NULL, 
	from_id INTEGER NOT NULL, 
	to_id INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_transfer PRIMARY KEY (id), 
	CONSTRAINT fk_transfer_from_id FOREIGN KEY(from_id) REFERENCES enrolment (id), 
	CONSTRAINT fk_transfer_to_id FOREIGN KEY(to_id) REFERENCES enrolment (id), 
	CONSTRAINT uq_transfer_to_id UNIQUE (to_id)
);

CREATE TABLE venue (
	id INTEGER NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	address VARCHAR(200) NOT NULL, 
	district VARCHAR(80) NOT NULL, 
	latitude FLOAT, 
	longitude FLOAT, 
	CONSTRAINT pk_venue PRIMARY KEY (id), 
	CONSTRAINT uq_venue_name_address_district UNIQUE (name, address, district)
);

CREATE TABLE vote (
	campaign_id INTEGER NOT NULL, 
	award VARCHAR(8) NOT NULL, 
	person_id INTEGER NOT NULL, 
	nomination_id INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_vote PRIMARY KEY (campaign_id, award, person_id), 
	CONSTRAINT fk_vote_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT fk_vote_nomination_id FOREIGN KEY(nomination_id) REFERENCES nomination (id), 
	CONSTRAINT fk_vote_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE "watch" (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	meaning TEXT NOT NULL, 
	created_at VARCHAR(32) NOT NULL, 
	until VARCHAR(32) NOT NULL, 
	told_at VARCHAR(32), 
	ended_at VARCHAR(32), 
	lasting BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_watch PRIMARY KEY (id), 
	CONSTRAINT fk_watch_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE window_class (
	offering_id INTEGER NOT NULL, 
	window_id INTEGER NOT NULL, 
	asked INTEGER, 
	seats INTEGER, 
	last_lot INTEGER, 
	CONSTRAINT pk_window_class PRIMARY KEY (offering_id), 
	CONSTRAINT fk_window_class_offering_id FOREIGN KEY(offering_id) REFERENCES offering (id), 
	CONSTRAINT fk_window_class_window_id FOREIGN KEY(window_id) REFERENCES enrol_window (id)
);

CREATE TABLE window_phase (
	id INTEGER NOT NULL, 
	window_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	audience VARCHAR(16) NOT NULL, 
	area VARCHAR(40) NOT NULL, 
	opens_at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_window_phase PRIMARY KEY (id), 
	CONSTRAINT fk_window_phase_window_id FOREIGN KEY(window_id) REFERENCES enrol_window (id), 
	CONSTRAINT uq_window_phase_window_id_number UNIQUE (window_id, number)
);

CREATE TABLE window_quota (
	id INTEGER NOT NULL, 
	window_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	audience VARCHAR(16) NOT NULL, 
	area VARCHAR(40) NOT NULL, 
	seats INTEGER, 
	percent INTEGER, 
	CONSTRAINT pk_window_quota PRIMARY KEY (id), 
	CONSTRAINT fk_window_quota_window_id FOREIGN KEY(window_id) REFERENCES enrol_window (id), 
	CONSTRAINT uq_window_quota_window_id_number UNIQUE (window_id, number)
);

CREATE INDEX ix_audit_entry_at ON audit_entry (at);

CREATE INDEX ix_audit_entry_subject ON audit_entry (subject);

CREATE INDEX ix_catalogue_change_offering_id ON catalogue_change (offering_id);

CREATE INDEX ix_occurrence_at ON occurrence (at);

CREATE INDEX ix_org_unit_path ON org_unit (path);

CREATE INDEX ix_person_forget_at ON person (forget_at);

CREATE INDEX ix_received_update_at ON received_update (at);

CREATE INDEX ix_account_person_id ON account (person_id);

CREATE INDEX ix_audit_text_entry_id ON audit_text (entry_id);

CREATE INDEX ix_audit_text_person_id ON audit_text (person_id);

CREATE INDEX ix_consent_person_id ON consent (person_id);

CREATE UNIQUE INDEX uq_consent_living ON consent (person_id, purpose) WHERE withdrawn_at IS NULL;

CREATE INDEX ix_link_code_code_hash ON link_code (code_hash);

CREATE INDEX ix_link_code_person_id ON link_code (person_id);

CREATE INDEX ix_role_grant_person_id ON role_grant (person_id);

CREATE INDEX ix_code_try_account_id ON code_try (account_id);

CREATE INDEX ix_offering_course_id ON offering (course_id);

CREATE INDEX ix_offering_unit_id ON offering (unit_id);

CREATE INDEX ix_class_session_starts_at ON class_session (starts_at);

CREATE INDEX ix_excuse_session_id ON excuse (session_id);

CREATE INDEX ix_seat_offer_due ON seat_offer (state, expires_at);

CREATE INDEX ix_seat_offer_enrolment_id ON seat_offer (enrolment_id);

CREATE INDEX ix_seat_offer_offering_id ON seat_offer (offering_id);

CREATE UNIQUE INDEX uq_seat_offer_living ON seat_offer (enrolment_id) WHERE state IN ('made', 'running');

CREATE INDEX ix_offering_enrol_opens ON offering (enrol_opens);

CREATE INDEX ix_person_group_code ON person_group (code);

CREATE INDEX ix_broadcast_recipient_of ON broadcast_recipient (person_id, ended_at);

CREATE INDEX ix_broadcast_recipient_pending ON broadcast_recipient (broadcast_id, not_before, id) WHERE state = 'pending';

CREATE INDEX ix_broadcast_recipient_recall ON broadcast_recipient (broadcast_id, id) WHERE recall = 'asked';

CREATE INDEX ix_broadcast_recipient_sending ON broadcast_recipient (broadcast_id, id) WHERE state = 'sending';

CREATE UNIQUE INDEX uq_broadcast_recipient_person ON broadcast_recipient (broadcast_id, person_id);

CREATE INDEX ix_help_thread_person_id ON help_thread (person_id);

CREATE INDEX ix_help_thread_unit ON help_thread (unit_id, state, updated_at);

CREATE INDEX ix_help_thread_updated_at ON help_thread (updated_at);

CREATE UNIQUE INDEX uq_help_thread_open ON help_thread (person_id, unit_id) WHERE state <> 'closed';

CREATE INDEX ix_invitation_expires_at ON invitation (expires_at);

CREATE INDEX ix_invitation_made_by ON invitation (made_by);

CREATE INDEX ix_invitation_person_id ON invitation (person_id);

CREATE INDEX ix_invitation_unit_id ON invitation (unit_id);

CREATE INDEX ix_help_message_answered_by ON help_message (answered_by);

CREATE INDEX ix_help_message_thread_id ON help_message (thread_id);

CREATE INDEX ix_sheet_draft_account_id ON sheet_draft (account_id);

CREATE INDEX ix_sheet_draft_at ON sheet_draft (at);

CREATE INDEX ix_survey_offering ON survey (offering_id, score);

CREATE INDEX ix_watch_ended_at ON watch (ended_at);

CREATE INDEX ix_watch_person_id ON watch (person_id);

CREATE INDEX ix_watch_living_until ON watch (until) WHERE ended_at IS NULL;

CREATE INDEX ix_offering_last_end ON offering (last_end);

CREATE INDEX ix_campaign_author_id ON campaign (author_id);

CREATE INDEX ix_campaign_state ON campaign (state);

CREATE INDEX ix_campaign_unit_id ON campaign (unit_id);

CREATE INDEX ix_campaign_message_broadcast_id ON campaign_message (broadcast_id);

CREATE INDEX ix_nomination_campaign_id ON nomination (campaign_id);

CREATE INDEX ix_nomination_nominee_id ON nomination (nominee_id);

CREATE INDEX ix_nomination_proposer_id ON nomination (proposer_id);

CREATE UNIQUE INDEX uq_nomination_living ON nomination (campaign_id, award, "key") WHERE state != 'refused';

CREATE INDEX ix_vote_nomination_id ON vote (nomination_id);

CREATE INDEX ix_vote_person_id ON vote (person_id);

CREATE INDEX ix_enrol_window_draws_at ON enrol_window (draws_at);

CREATE INDEX ix_enrol_window_unit_id ON enrol_window (unit_id);

CREATE INDEX ix_standing_person_id ON standing (person_id);

CREATE INDEX ix_draw_state ON draw (state);

CREATE INDEX ix_application_account_id ON application (account_id);

CREATE INDEX ix_application_person_id ON application (person_id);

CREATE INDEX ix_application_state ON application (window_id, state, lot);

CREATE UNIQUE INDEX uq_application_draw ON application (window_id, person_id) WHERE state = 'applied';

CREATE UNIQUE INDEX uq_application_pending ON application (offering_id, person_id) WHERE state = 'pending';

CREATE INDEX ix_window_class_window_id ON window_class (window_id);

CREATE INDEX ix_application_wish_application_id ON application_wish (application_id);

CREATE INDEX ix_application_wish_offering_id ON application_wish (offering_id);

CREATE INDEX ix_acting_right_actor_id ON acting_right (actor_id);

CREATE INDEX ix_acting_right_subject_id ON acting_right (subject_id);

CREATE UNIQUE INDEX uq_acting_right_living ON acting_right (actor_id, subject_id) WHERE ended_at IS NULL;

CREATE INDEX ix_dependent_keeper_id ON dependent (keeper_id);

CREATE UNIQUE INDEX uq_dependent_child ON dependent (keeper_id, label) WHERE kind = 'child';

CREATE UNIQUE INDEX uq_dependent_paper ON dependent (unit_id, label) WHERE kind = 'paper';

CREATE INDEX ix_team_lead_id ON team (lead_id);

CREATE INDEX ix_team_meeting_starts_at ON team_meeting (starts_at);

CREATE INDEX ix_team_meeting_team_id ON team_meeting (team_id);

CREATE INDEX ix_team_member_person_id ON team_member (person_id);

CREATE INDEX ix_team_member_team_id ON team_member (team_id);

CREATE UNIQUE INDEX uq_team_member_living ON team_member (team_id, person_id) WHERE left_at IS NULL;

CREATE INDEX ix_seat_group_offering_id ON seat_group (offering_id);

CREATE INDEX ix_acted_for_actor_id ON acted_for (actor_id);

CREATE INDEX ix_seat_group_member_group_id ON seat_group_member (group_id);

CREATE INDEX ix_later_stratum_term ON later_stratum (term, state);

CREATE INDEX ix_check_in_try_account_id ON check_in_try (account_id);

CREATE INDEX ix_class_minimum_decide_by ON class_minimum (decide_by);

CREATE INDEX ix_attendance_enrolment_id ON attendance (enrolment_id);

CREATE INDEX ix_credit_entry_enrolment_id ON credit_entry (enrolment_id);

CREATE INDEX ix_fee_entry_enrolment_id ON fee_entry (enrolment_id);

CREATE INDEX ix_hour_entry_enrolment_id ON hour_entry (enrolment_id);

CREATE INDEX ix_hour_entry_session_id ON hour_entry (session_id);

CREATE UNIQUE INDEX uq_transfer_living ON transfer (from_id) WHERE state = 'waiting';

CREATE INDEX ix_broadcast_unit_id ON broadcast (unit_id);

CREATE INDEX ix_broadcast_author_id ON broadcast (author_id);

CREATE INDEX ix_broadcast_fingerprint ON broadcast (fingerprint, created_at);

CREATE INDEX ix_broadcast_starts ON broadcast (starts_at) WHERE state = 'scheduled';

CREATE INDEX ix_broadcast_open ON broadcast (id) WHERE open;

CREATE INDEX ix_outgoing_account ON outgoing (account_id, id);

CREATE INDEX ix_outgoing_ended_at ON outgoing (ended_at) WHERE ended_at IS NOT NULL;

CREATE UNIQUE INDEX uq_outgoing_recipient ON outgoing (recipient_id, purpose) WHERE recipient_id IS NOT NULL;

CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);

CREATE UNIQUE INDEX uq_enrolment_living ON enrolment (person_id, offering_id) WHERE state IN ('waiting', 'offered', 'enrolled');

CREATE INDEX ix_enrolment_line ON enrolment (offering_id, state, id);

CREATE INDEX ix_outgoing_open ON outgoing (platform, lane, id) WHERE ended_at IS NULL;

CREATE INDEX ix_audit_entry_actor ON audit_entry (actor);

CREATE INDEX ix_enrolment_account_id ON enrolment (account_id);

CREATE INDEX ix_outgoing_learner_id ON outgoing (learner_id) WHERE learner_id IS NOT NULL;

CREATE INDEX ix_class_session_next ON class_session (offering_id, starts_at, state);
