ALTER SEQUENCE IF EXISTS signalbox_event_position OWNED BY NONE;
