#pragma once

#include "ui/console_services.h"

#include <QObject>

namespace signalbox {

/// Puts what is sent to a receiver on the clipboard: as a curl command, or its headers. Reads it first; no
/// secret is in it, headers that look like credentials are masked.
class RequestCopier final : public QObject
{
    Q_OBJECT
public:
    explicit RequestCopier(const ConsoleServices &services, QObject *parent = nullptr);

    void copyJobAsCurl(const QString &jobId);
    void copyJobHeaders(const QString &jobId);
    void copyDeliveryAsCurl(const QString &deliveryId);
    void copyDeliveryHeaders(const QString &deliveryId); ///< request and answer
    void copyText(const QString &text);

signals:
    void messageRaised(const QString &text, bool isError);

private:
    void put(const QString &text, const QString &message);

    const ConsoleServices m_services;
};

} // namespace signalbox
