{{- define "switchboard.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "switchboard.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- /* The store by environment variables, so that the job that migrates needs no ConfigMap. */}}
{{- define "switchboard.storeEnvironment" -}}
- name: SWITCHBOARD__STORE__URL
  value: {{ if eq .Values.store.type "sqlite" }}sqlite:///var/lib/switchboard/switchboard.db{{ else }}file:/run/secrets/switchboard/database-url{{ end }}
- name: SWITCHBOARD__STORE__KEY
  value: file:/run/secrets/switchboard/store-key
{{- end }}

{{- define "switchboard.pod" -}}
metadata:
  labels:
    {{- include "switchboard.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "switchboard.podSecurity" . | nindent 2 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  # The drain, twice the grace period (requests, then attempts at vendors), and 10 s to stop: connections, the last telemetry.
  terminationGracePeriodSeconds: {{ add .Values.drainSeconds .Values.shutdownGraceSeconds .Values.shutdownGraceSeconds 10 }}
  containers:
    - name: switchboard
      image: {{ include "switchboard.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [serve, --config, /etc/switchboard/switchboard.toml]
      env:
        {{- include "switchboard.storeEnvironment" . | nindent 8 }}
        - name: SWITCHBOARD__SERVER__LISTEN
          value: 0.0.0.0:8080
        - name: SWITCHBOARD__SERVER__ADMIN_LISTEN
          value: 0.0.0.0:8081
        - name: SWITCHBOARD__SERVER__DRAIN_S
          value: {{ .Values.drainSeconds | quote }}
        - name: SWITCHBOARD__SERVER__SHUTDOWN_GRACE_S
          value: {{ .Values.shutdownGraceSeconds | quote }}
      ports:
        - name: api
          containerPort: 8080
        - name: admin
          containerPort: 8081
      startupProbe:
        httpGet: { path: /startupz, port: admin }
        periodSeconds: 1
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /livez, port: admin }
        periodSeconds: 10
        timeoutSeconds: 5
      readinessProbe:
        httpGet: { path: /readyz, port: admin }
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 2
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      {{- include "switchboard.containerSecurity" . | nindent 6 }}
      volumeMounts:
        - name: config
          mountPath: /etc/switchboard
          readOnly: true
        - name: secrets
          mountPath: /run/secrets/switchboard
          readOnly: true
        - name: data
          mountPath: /var/lib/switchboard
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "switchboard.selector" . | nindent 10 }}
  volumes:
    - name: config
      configMap:
        name: {{ include "switchboard.name" . }}
    - name: secrets
      secret:
        secretName: {{ .Values.existingSecret }}
        defaultMode: 0440
    {{- if ne .Values.store.type "sqlite" }}
    - name: data
      emptyDir:
        sizeLimit: 16Mi
    {{- end }}
{{- end }}
