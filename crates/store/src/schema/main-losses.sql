-- losses: how often the sensor told that it had lost something of the session.
ALTER TABLE session ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
