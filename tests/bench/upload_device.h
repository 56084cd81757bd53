#pragma once

#include <QByteArray>
#include <QIODevice>

namespace signalbox {

/// Hands a body to QNetworkAccessManager exactly once. It is sequential and cannot be reset, so that the
/// manager has no way to post it a second time on its own when a connection dies (design §5). The manager
/// reads it only after the connection, TLS included, was made: nothing read means nothing was processed by
/// anybody.
class UploadDevice final : public QIODevice
{
public:
    explicit UploadDevice(QByteArray body, QObject *parent = nullptr);

    bool isSequential() const override { return true; }
    bool reset() override;
    qint64 bytesAvailable() const override;
    bool atEnd() const override;
    bool wasRead() const { return m_position > 0; }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_body;
    qint64 m_position = 0;
    bool m_refused = false; ///< a second connection asked for the body
};

} // namespace signalbox
