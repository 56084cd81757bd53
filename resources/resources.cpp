// A library needs one translation unit; what it carries is generated from icons/.
