{{- define "rondel.name" -}}
{{- if contains "rondel" .Release.Name }}{{ .Release.Name | trunc 20 | trimSuffix "-" }}{{ else }}{{ printf "%s-rondel" (.Release.Name | trunc 13 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "rondel.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "rondel.selector" . }}
{{- end }}

{{- define "rondel.selector" -}}
app.kubernetes.io/name: rondel
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* What the API speaks. */}}
{{- define "rondel.scheme" -}}
{{ if .Values.api.tls.existingSecret }}https{{ else }}http{{ end }}
{{- end }}

{{- define "rondel.claim" -}}
{{ .Values.store.existingClaim | default (printf "%s-store" (include "rondel.name" .)) }}
{{- end }}

{{- define "rondel.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Settings of the pod that API and workers have in common. */}}
{{- define "rondel.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "rondel.container" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* `root`, and `secret` of a user of its own. */}}
{{- define "rondel.redis" -}}
{{- $own := .secret }}
{{- with .root }}
- name: REDIS_URL
  {{- if or $own .Values.redis.existingSecret }}
  valueFrom:
    secretKeyRef:
      name: {{ $own | default .Values.redis.existingSecret }}
      key: {{ .Values.redis.existingSecretKey }}
  {{- else }}
  value: {{ .Values.redis.url | quote }}
  {{- end }}
{{- with .Values.redis.sentinel }}
{{- if .existingSecret }}
- name: REDIS_SENTINEL_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .existingSecretKey }}
{{- end }}
{{- with .username }}
- name: REDIS_SENTINEL_USERNAME
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- if .Values.redis.insecure }}
- name: RONDEL_INSECURE_REDIS
  value: '1'
{{- end }}
{{- with .Values.redis.ca.existingSecret }}
- name: REDIS_CA
  value: /etc/rondel/redis-ca/{{ $.root.Values.redis.ca.existingSecretKey }}
{{- end }}
- name: RONDEL_HOME
  value: /var/lib/rondel
{{- end }}
{{- end }}

{{/* Volumes and mounts of what proves who others are: `root`, and `signs` for the API. */}}
{{- define "rondel.keyVolumes" -}}
{{- with .root.Values.redis.ca.existingSecret }}
- name: redis-ca
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .root.Values.signing.trustConfigMap }}
- name: trust
  configMap:
    name: {{ . }}
{{- end }}
{{- if .signs }}
{{- with .root.Values.signing.existingSecret }}
- name: signing
  secret:
    secretName: {{ . }}
    # 0440
    defaultMode: 288
{{- end }}
{{- end }}
{{- end }}

{{- define "rondel.keyMounts" -}}
{{- if .root.Values.redis.ca.existingSecret }}
- name: redis-ca
  mountPath: /etc/rondel/redis-ca
  readOnly: true
{{- end }}
{{- if .root.Values.signing.trustConfigMap }}
- name: trust
  mountPath: /etc/rondel/trust
  readOnly: true
{{- end }}
{{- if and .signs .root.Values.signing.existingSecret }}
- name: signing
  mountPath: /etc/rondel/signing
  readOnly: true
{{- end }}
{{- end }}

{{- define "rondel.trust" -}}
{{- if .Values.signing.trustConfigMap }}
- name: RONDEL_TRUST_KEY
  value: /etc/rondel/trust
{{- else if .Values.signing.insecure }}
- name: RONDEL_INSECURE_NO_WARRANTS
  value: '1'
{{- end }}
{{- end }}

{{/* Names under which the API is called: its service from inside the cluster, the ingress, and what the values add. */}}
{{- define "rondel.hosts" -}}
{{- $service := printf "%s-api" (include "rondel.name" .) }}
{{- $inside := printf "%s.%s" $service .Release.Namespace }}
{{- $hosts := list $service $inside (printf "%s.svc" $inside) (printf "%s.svc.cluster.local" $inside) }}
{{- if .Values.api.ingress.enabled }}
{{- $hosts = append $hosts .Values.api.ingress.host }}
{{- end }}
{{- join "," (concat $hosts (default list .Values.api.allowHosts)) }}
{{- end }}

{{/* Who did what: variables, mounts and volumes of every container that notes it. */}}
{{- define "rondel.audit.environment" -}}
{{- if .Values.audit.claim }}
- name: RONDEL_AUDIT_LOG
  value: /var/log/rondel
{{- if .Values.audit.stdout }}
- name: RONDEL_AUDIT_STDOUT
  value: '1'
{{- end }}
{{- if .Values.audit.required }}
- name: RONDEL_AUDIT_REQUIRED
  value: '1'
{{- end }}
{{- if .Values.audit.keySecret }}
- name: RONDEL_AUDIT_KEY
  value: /etc/rondel/audit/{{ .Values.audit.keySecretKey }}
{{- end }}
{{- end }}
{{- end }}

{{- define "rondel.audit.mounts" -}}
{{- if .Values.audit.claim }}
- name: audit
  mountPath: /var/log/rondel
{{- if .Values.audit.keySecret }}
- name: audit-key
  mountPath: /etc/rondel/audit
  readOnly: true
{{- end }}
{{- end }}
{{- end }}

{{- define "rondel.audit.volumes" -}}
{{- if .Values.audit.claim }}
- name: audit
  persistentVolumeClaim:
    claimName: {{ .Values.audit.claim }}
{{- if .Values.audit.keySecret }}
- name: audit-key
  secret:
    secretName: {{ .Values.audit.keySecret }}
    # 0440
    defaultMode: 288
{{- end }}
{{- end }}
{{- end }}

{{/* Where pods of a component may run: `settings` of the values, `selector` with the labels of its pods. */}}
{{- define "rondel.placement" -}}
{{- with .settings.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{- toYaml (merge (deepCopy .) (dict "labelSelector" (dict "matchLabels" $.selector))) | nindent 4 }}
  {{- end }}
{{- end }}
{{- with .settings.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with .settings.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- end }}

{{/* How many pods of a component may be away while nodes are emptied. */}}
{{- define "rondel.disruptionBudget" -}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  labels:
    {{- toYaml .labels | nindent 4 }}
spec:
  {{- toYaml .budget | nindent 2 }}
  selector:
    matchLabels:
      {{- toYaml .selector | nindent 6 }}
{{- end }}

{{/* Reconstruction packages beside the built-in ones, and what else the values add to the environment of a component. */}}
{{- define "rondel.environment" -}}
{{- with .root.Values.packages.names }}
- name: RONDEL_PACKAGES
  value: {{ join "," . | quote }}
{{- end }}
{{- range concat (default list .root.Values.extraEnv) (default list .extraEnv) }}
- {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
