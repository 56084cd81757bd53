#pragma once

namespace signalbox {

class Connector;
class ConsoleSignals;
class CredentialStore;
class DeliveryControl;
class DetailSource;
class EndpointStore;
class FanOutControl;
class JobActions;
class JobChangeLog;
class OverviewSource;
class PageSource;
class ProfileStore;

/// What the window is given by composition: interfaces of app/core, all on the GUI thread, all outliving the
/// window.
struct ConsoleServices
{
    PageSource *pages = nullptr;
    DetailSource *details = nullptr;
    EndpointStore *endpoints = nullptr;
    JobActions *jobActions = nullptr;
    JobChangeLog *jobChanges = nullptr;
    OverviewSource *overview = nullptr;
    FanOutControl *fanOut = nullptr;
    ConsoleSignals *signals_ = nullptr;
    DeliveryControl *delivery = nullptr;
    ProfileStore *profiles = nullptr;
    CredentialStore *credentials = nullptr;
    Connector *connector = nullptr;
};

} // namespace signalbox
